// Forms: one press sends once; the key of a command stays for a resend and is new after an answer that did something.
// Drafts and photos of a form are in offline/drafts.js.
import { uuid4 } from "./offline/drafts.js";
import "./offline/leaving.js";

const sent = new WeakSet();
const buttons = (form) => form.querySelectorAll("button[type=submit], button:not([type])");

function busy(form, on) {
  buttons(form).forEach((button) => (on ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy")));
}

/** A form that may not be sent now says why on its buttons; the server refuses it with the same sentence. */
function refused(within) {
  within.querySelectorAll("input[data-refused]").forEach((key) =>
    [...key.form.elements].forEach((button) => {
      if (button.type !== "submit") return;
      button.disabled = true;
      button.title = key.dataset.refused;
    }),
  );
}
refused(document);
document.addEventListener("htmx:load", (event) => refused(event.detail.elt));

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.dataset.ask && !window.confirm(form.dataset.ask)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if ((form.getAttribute("method") ?? "get").toLowerCase() !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sent.add(form);
    setTimeout(() => {
      // Another script (the outbox too) or the browser's own check stopped it: then it was not sent.
      if (event.defaultPrevented && !isHtmx(form)) return sent.delete(form);
      busy(form, true);
    });
    // A download answers without leaving the page; the form becomes usable again.
    if (!isHtmx(form)) setTimeout(() => free(form), 8000);
  },
  true,
);

const isHtmx = (form) => form.matches("[hx-post], [hx-put], [hx-delete], [hx-boost='true'] *, [hx-boost='true']");

function free(form) {
  sent.delete(form);
  busy(form, false);
}

// Back to a page from the browser's memory: its forms are free, with their old keys, so nothing happens twice.
window.addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form").forEach(free));

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  if (!form) return;
  free(form);
  const status = event.detail.xhr?.status ?? 0;
  const key = form.querySelector("input[name=command]");
  if (key && status >= 200 && status < 300) key.value = uuid4();
});
