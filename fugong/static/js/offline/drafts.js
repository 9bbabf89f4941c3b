// Drafts: <form data-draft="name"> is kept on this phone from the first keystroke, photos included, until it is sent.
import { choose, shrink } from "./photos.js";
import { within } from "./store.js";

/** Under what a form's draft is kept: the person's own; "" for a form without drafts. */
export const keyOf = (form) => (form.dataset.draft ? `${document.body.dataset.person || 0}:${form.dataset.draft}` : "");
const read = (key) => within("readonly", ["drafts"], (drafts) => drafts.get(key));
const write = (key, content) => within("readwrite", ["drafts"], (drafts) => drafts.put(content, key));

/** A random UUID; `crypto.randomUUID` is missing without HTTPS and before Chromium 92. */
export function uuid4() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** [[name, text or file]] of what a person typed and chose; not the token, passwords and empty file inputs. */
export function contentOf(form) {
  const skip = new Set(["csrfmiddlewaretoken"]);
  form.querySelectorAll("input[type=password]").forEach((input) => skip.add(input.name));
  return Array.from(new FormData(form)).filter(([name, value]) => !skip.has(name) && !(value instanceof File && !value.size));
}

function restore(form, content) {
  form.querySelectorAll("input[type=checkbox], input[type=radio]").forEach((input) => {
    input.checked = content.some(([name, value]) => name === input.name && value === input.value);
  });
  const rest = content.slice();
  for (const input of form.elements) {
    if (!input.name || ["checkbox", "radio", "password", "submit"].includes(input.type)) continue;
    const found = rest.findIndex(([name]) => name === input.name);
    if (found < 0) continue;
    const [[, value]] = rest.splice(found, 1);
    if (input.type !== "file") input.value = value;
    else if (value instanceof File) choose(input, value);
  }
}

const watched = new Map();

/** What was kept of this form, once it stands in it again; undefined when nothing was. */
export const drafted = (form) => watched.get(form)?.ready;

/** Besides its fields the form keeps what `more` gives: the form engine's answers. Returns what to call when they change. */
export function alsoKeep(form, more) {
  const one = watched.get(form);
  if (one) one.more = more;
  return one?.keep ?? (() => {});
}

/** Writes at once, and once more when something changed while it was being written. */
function keeper(form, one) {
  let busy = false;
  let again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      const more = await one.more().catch(() => undefined);
      // What is in the outbox is no draft any more.
      if (more && form.dataset.sending === undefined) await write(keyOf(form), [...contentOf(form), ...more]).catch(() => {});
    }
    busy = false;
  };
}

/** A page kept on the phone may be filled in twice: every filling has keys of its own. */
function freshen(form) {
  for (const name of form.dataset.outbox === undefined ? [] : ["command", "key"]) {
    const input = form.elements.namedItem(name);
    if (input) input.value = uuid4();
  }
}

async function begin(form) {
  const kept = await read(keyOf(form)).catch(() => undefined); // private windows have no store; the form works without
  if (kept) restore(form, kept);
  else freshen(form);
  form.dispatchEvent(new CustomEvent(kept ? "draft:restored" : "draft:fresh", { bubbles: true }));
  return kept;
}

function watch(form) {
  const one = { more: async () => [] };
  one.keep = keeper(form, one);
  one.ready = begin(form);
  watched.set(form, one);
  form.addEventListener("input", one.keep);
  form.addEventListener("change", async ({ target }) => {
    if (target.type === "file" && target.files.length) choose(target, await shrink(target.files[0]));
    one.keep();
  });
}

document.querySelectorAll("form[data-draft]").forEach(watch);
