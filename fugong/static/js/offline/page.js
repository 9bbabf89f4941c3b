// On every page of the phone: the worker, the bar "no signal", the number that waits, and the moments to send.
import { REFUSED, WAITING, items, sendAll } from "./outbox.js";

const person = Number(document.body.dataset.person || 0);
const LOOK_EVERY = 20_000;

async function worker() {
  if (!navigator.serviceWorker || !person || !document.querySelector("[data-no-signal]")) return;
  await navigator.serviceWorker.register("/offline.js", { updateViaCache: "none" });
  const day = document.getElementById("keep");
  // A kept page knows an older day; only a fresh one says what to keep.
  if (!day || document.body.dataset.kept) return;
  const { active } = await navigator.serviceWorker.ready;
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "kept" && document.querySelectorAll("[data-day-kept]").forEach((one) => (one.hidden = false)));
  active.postMessage({ keep: JSON.parse(day.textContent) });
}

function bar() {
  const shown = document.querySelector("[data-no-signal]");
  if (!shown) return;
  const kept = document.body.dataset.kept;
  const away = !navigator.onLine || Boolean(kept);
  shown.hidden = !away;
  const at = shown.querySelector("time");
  if (kept && at) at.textContent = new Date(kept).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
  if (at) at.parentElement.hidden = !kept;
}

/** How many wait or were refused; and which stops of the day are done on this phone only. */
async function count() {
  const own = (await items()).filter((item) => item.person === person);
  const open = own.filter(({ state }) => state === WAITING || state === REFUSED);
  document.querySelectorAll("[data-outbox-count]").forEach((link) => {
    link.querySelector("span").textContent = open.length || "";
    link.querySelector("span").hidden = !open.length;
    if (open.length) link.hidden = false;
    link.classList.toggle("fg-refused-some", open.some(({ state }) => state === REFUSED));
  });
  document.querySelectorAll("[data-waits-for]").forEach((note) => (note.hidden = !open.some(({ about }) => about === note.dataset.waitsFor)));
  document.querySelectorAll("[data-stop]").forEach((stop) => {
    const mine = open.find(({ about }) => about === stop.dataset.stop);
    stop.classList.toggle("fg-item-here", Boolean(mine));
    stop.querySelectorAll("[data-here]").forEach((mark) => (mark.hidden = mark.dataset.here !== mine?.state));
  });
  lead();
}

/** The next stop is the first that is not done, on this phone either. */
function lead() {
  const link = document.querySelector("[data-next-stop]");
  const stop = document.querySelector("[data-stop]:not(.fg-item-here)");
  if (!link) return;
  link.hidden = !stop;
  if (!stop) return;
  link.href = stop.querySelector("a").href;
  link.querySelector("span").textContent = link.dataset.nextStop.replace("#", stop.querySelector(".fg-item-title").textContent);
}

/** The page of two versions of something that is in the outbox: what is chosen there takes its place. */
async function adopt() {
  const form = document.querySelector("form[data-replaces]");
  const old = form && (await items()).find(({ id }) => id === form.dataset.replaces);
  if (old) form.dataset.outbox = old.label;
  if (old) await import("./sending.js");
}

async function send(hurry) {
  const became = await sendAll({ hurry }).catch(() => {});
  document.querySelectorAll("[data-signed-out]").forEach((note) => (note.hidden = became !== "signed-out"));
}

function watch() {
  addEventListener("online", () => (bar(), send(true)));
  addEventListener("offline", bar);
  document.addEventListener("visibilitychange", () => document.hidden || send(false));
  setInterval(() => send(false), LOOK_EVERY);
  if (self.BroadcastChannel) new BroadcastChannel("fugong-outbox").onmessage = () => count().catch(() => {});
}

bar();
worker().catch((error) => console.warn(error));
if (document.querySelector("form[data-outbox]")) import("./sending.js");
if (document.querySelector("[data-outbox-list]")) import("./list.js");
if (person) {
  adopt().catch(() => {});
  watch();
  count().catch(() => {});
  send(true);
}
