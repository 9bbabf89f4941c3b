// The list of what is on this phone: to send, refused and why, sent; and the pages that are kept.
import { uuid4 } from "./drafts.js";
import { DISCARDED, REFUSED, SENT, WAITING, discard, items, sendAll, takeBack } from "./outbox.js";
import { isMerge, openAnswer, sentenceOf } from "./sending.js";

const person = Number(document.body.dataset.person);
const list = document.querySelector("[data-outbox-list]");
const here = document.querySelector("[data-outbox-words]").dataset.list; // this page, also where it stands in for another
const row = (state) => document.querySelector(`template[data-row="${state}"]`);
const clock = (at) => new Date(at).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

function drawn(item) {
  const element = row(item.state).content.firstElementChild.cloneNode(true);
  const put = (name, text) => element.querySelectorAll(`[data-${name}]`).forEach((one) => (one.textContent = text));
  put("label", item.label);
  put("at", clock(item.ended_at ?? item.made_at));
  put("why", item.state === DISCARDED ? item.reason : sentenceOf(item.answer));
  element.querySelectorAll("[data-untold]").forEach((one) => (one.hidden = !item.untold));
  element.querySelectorAll("[data-told]").forEach((one) => (one.hidden = !item.told));
  element.querySelectorAll("a[data-leads]").forEach((link) => (link.href = item.leads_to));
  element.querySelectorAll("[data-correct]").forEach((button) => {
    button.hidden = isMerge(item) || !item.draft;
    button.onclick = async () => (await takeBack(item), (location.href = item.page));
  });
  element.querySelectorAll("[data-settle]").forEach((button) => {
    button.hidden = !isMerge(item) && Boolean(item.draft);
    button.onclick = () => openAnswer(item);
  });
  element.querySelectorAll("form[data-discard]").forEach((form) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      const reason = form.elements.reason.value.trim();
      if (reason) discard(item, reason, { command: uuid4(), url: list.dataset.discarded }).then(() => sendAll({ hurry: true })).catch(() => {});
    };
  });
  return element;
}

async function draw() {
  const all = await items();
  const own = all.filter((item) => item.person === person);
  for (const state of [WAITING, REFUSED, SENT, DISCARDED]) {
    const part = list.querySelector(`[data-part="${state}"]`);
    const shown = own.filter((item) => item.state === state);
    part.hidden = !shown.length;
    part.querySelector("[data-n]").textContent = shown.length;
    part.querySelector("ul").replaceChildren(...shown.map(drawn));
  }
  document.querySelector("[data-nothing]").hidden = own.length > 0;
  const others = all.filter((item) => item.person !== person && (item.state === WAITING || item.state === REFUSED)).length;
  document.querySelector("[data-others]").hidden = !others;
  document.querySelector("[data-others] span").textContent = others;
}

/** The pages of the day that are on this phone, by their titles. */
async function pages() {
  const place = document.querySelector("[data-pages]");
  if (!self.caches || !(await caches.has(`pages-${person}`))) return;
  const shelf = await caches.open(`pages-${person}`);
  const found = (await shelf.keys()).filter(({ url }) => new URL(url).pathname !== here && !new URL(url).search);
  const seen = new Set();
  for (const { url } of found) {
    const [, title] = /<title>([^<]*?) ·/.exec(await (await shelf.match(url, { ignoreVary: true })).text()) ?? [];
    if (!title || seen.has(title)) continue;
    seen.add(title);
    const line = document.querySelector("template[data-page]").content.firstElementChild.cloneNode(true);
    line.querySelector("a").href = url;
    line.querySelector("[data-title]").innerHTML = title; // as escaped in the kept page
    place.append(line);
  }
  place.closest(".card").hidden = !seen.size;
}

document.querySelector("[data-send-now]").addEventListener("click", () => sendAll({ hurry: true }).catch(() => {}));
if (self.BroadcastChannel) new BroadcastChannel("fugong-outbox").onmessage = () => draw();
draw();
pages();
