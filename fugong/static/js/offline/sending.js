// Forms that go through the outbox: <form data-outbox="what it is" data-draft="..." data-next="/where/then/">.
import { contentOf, keyOf } from "./drafts.js";
import { REFUSED, SENT, add, one, sendAll, takeBack } from "./outbox.js";

const words = () => document.querySelector("[data-outbox-words]").dataset;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.outbox === undefined) return;
  event.preventDefault();
  const done = form.elements.namedItem("device_at");
  if (done) done.value = new Date().toISOString();
  // The press decides: what a button carries belongs to the form.
  const pressed = event.submitter?.name ? [[event.submitter.name, event.submitter.value]] : [];
  await hand(form, pressed);
});

/** Puts the form into the outbox and sends at once; where there is no signal it waits there. */
export async function hand(form, more = []) {
  if (form.dataset.sending !== undefined) return;
  form.dataset.sending = "";
  busy(form, true);
  const fields = [...contentOf(form), ...more];
  const number = await add(itemOf(form, fields), form.dataset.replaces).catch(() => undefined);
  // No store on this phone (a private window): sent as any form is.
  if (number === undefined) return sendNow(form.action, fields);
  await sendAll({ hurry: true }).catch((error) => console.warn(error));
  await follow(form, await one(number));
}

function itemOf(form, fields) {
  return {
    id: fields.find(([name]) => name === "command")[1],
    person: Number(document.body.dataset.person),
    url: form.action,
    label: form.dataset.outbox,
    about: form.dataset.about ?? "",
    draft: keyOf(form),
    page: location.pathname + location.search,
    fields,
  };
}

async function follow(form, item) {
  if (item.state === SENT) return (location.href = item.leads_to);
  if (item.state === REFUSED) {
    if (isMerge(item)) return openAnswer(item);
    await takeBack(item);
    form.removeAttribute("data-sending");
    busy(form, false);
    return tell(sentenceOf(item.answer) || words().failed, "red");
  }
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => {});
  // Where the day is kept the next page opens without signal; else this one stays.
  if (self.caches && (await caches.has(`pages-${item.person}`))) location.href = form.dataset.next || words().list;
  else tell(words().waits, "blue");
}

const busy = (form, on) => Array.from(form.elements).forEach((one) => one.type === "submit" && (on ? one.setAttribute("aria-busy", "true") : one.removeAttribute("aria-busy")));

/** A sentence at the head of the page. */
function tell(text, colour) {
  const note = document.getElementById("problem") ?? document.createElement("div");
  note.id = "problem";
  note.className = `fg-note fg-${colour}`;
  note.setAttribute("role", "alert");
  note.textContent = text;
  note.hidden = false;
  if (!note.isConnected) document.getElementById("content").prepend(note);
  note.scrollIntoView({ block: "center" });
}

export const isMerge = (item) => item.status === 409 && (item.answer ?? "").includes("data-merge");

/** The server's answer to a refused item, as a page: sent again, the same answer comes. */
export const openAnswer = (item) => sendNow(item.url, item.fields);

/** Why it was refused, in the words of the answer: errors with the question they stand at, else the refusal. */
export function sentenceOf(html) {
  const page = new DOMParser().parseFromString(html ?? "", "text/html");
  const errors = Array.from(page.querySelectorAll(".fg-error"), (error) => {
    const asked = error.closest("fieldset, .fg-field")?.querySelector("legend, label")?.firstChild?.textContent.trim();
    return asked ? `${asked}: ${error.textContent.trim()}` : error.textContent.trim();
  });
  const others = Array.from(page.querySelectorAll(".fg-note.fg-red, [data-refusal]"), (one) => one.textContent.trim());
  return (errors.length ? errors : others).filter(Boolean).join(" ");
}

/** Sends these fields as a form of the browser's own, and shows the answer. */
function sendNow(url, fields) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: url, enctype: "multipart/form-data", hidden: true });
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  [...fields, ["csrfmiddlewaretoken", token]].forEach(([name, value]) => {
    const input = document.createElement("input");
    input.name = name;
    if (value instanceof Blob) {
      const chosen = new DataTransfer();
      chosen.items.add(value);
      input.type = "file";
      input.files = chosen.files;
    } else input.value = value;
    form.append(input);
  });
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
}
