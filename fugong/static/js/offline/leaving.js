// Signing out with something unsent on this phone: it stays here, and whoever leaves is told before.
import { REFUSED, WAITING, items } from "./outbox.js";

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (form.dataset.signOut === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const all = await items().catch(() => []);
    const unsent = all.filter(({ state }) => state === WAITING || state === REFUSED).length;
    const question = form.dataset.signOut.replace("#", unsent);
    if (!unsent || window.confirm(question)) HTMLFormElement.prototype.submit.call(form);
  },
  true,
);
