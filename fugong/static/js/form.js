// Forms: one press sends once; the key of a command stays for a resend and is new after an answer that did something.

/** A random UUID; `crypto.randomUUID` is missing without HTTPS and before Chromium 92. */
export function uuid4() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const sent = new WeakSet();
const buttons = (form) => form.querySelectorAll("button[type=submit], button:not([type])");

function busy(form, on) {
  buttons(form).forEach((button) => (on ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy")));
}

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
      // Another script or the browser's own check stopped it: then it was not sent.
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

// Drafts: <form data-draft="name"> keeps what is typed on this device until the server has it.
const STORE = "drafts";

function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("fugong", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function draft(mode, act) {
  try {
    const db = await database();
    return await new Promise((resolve, reject) => {
      const request = act(db.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch {
    return undefined; // private windows have no store; the form works without it
  }
}

/** What a person typed, without files, passwords and the token; the command key belongs to it. */
function contentOf(form) {
  const skip = new Set(["csrfmiddlewaretoken"]);
  form.querySelectorAll("input[type=password], input[type=file]").forEach((input) => skip.add(input.name));
  return Array.from(new FormData(form)).filter(([name]) => !skip.has(name));
}

function restore(form, content) {
  form.querySelectorAll("input[type=checkbox], input[type=radio]").forEach((input) => {
    input.checked = content.some(([name, value]) => name === input.name && value === input.value);
  });
  const rest = content.slice();
  for (const input of form.elements) {
    if (!input.name || ["checkbox", "radio", "file", "password", "submit"].includes(input.type)) continue;
    const found = rest.findIndex(([name]) => name === input.name);
    if (found >= 0) input.value = rest.splice(found, 1)[0][1];
  }
}

document.querySelectorAll("form[data-draft]").forEach(async (form) => {
  const name = form.dataset.draft;
  const kept = await draft("readonly", (store) => store.get(name));
  if (kept) {
    restore(form, kept);
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  }
  let timer;
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(() => draft("readwrite", (store) => store.put(contentOf(form), name)), 250);
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
});

// The page that follows a successful save names the draft that is done: <span data-draft-done="name">.
document.querySelectorAll("[data-draft-done]").forEach((mark) => draft("readwrite", (store) => store.delete(mark.dataset.draftDone)));
