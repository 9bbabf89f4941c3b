// The outbox: what was sent from this phone, in order, one at a time, until the server has it or has said why not.
import { within } from "./store.js";

export const WAITING = "waiting";
export const REFUSED = "refused";
export const SENT = "sent";
export const DISCARDED = "discarded";
const STATE = "/offline/state/";
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;
const MOST_FAILURES = 6;
const ASK_WITHIN = 6_000;
const SEND_WITHIN = 90_000;
const REMEMBERED = 3 * 86_400_000;
const LONGEST_ANSWER = 200_000;

/** Everything in the outbox, oldest first. */
export const items = () => within("readonly", ["outbox"], (outbox) => outbox.getAll());
export const one = (number) => within("readonly", ["outbox"], (outbox) => outbox.get(number));

/** Puts an item in and takes its draft out, in one step; returns its number. `replaces`: the key of a refused item. */
export async function add(item, replaces) {
  const old = replaces && (await items()).find(({ id }) => id === replaces);
  const number = await within("readwrite", ["outbox", "drafts"], (outbox, drafts) => {
    if (item.draft) drafts.delete(item.draft);
    if (old) outbox.delete(old.number);
    return outbox.add({ state: WAITING, made_at: Date.now(), tries: 0, failures: 0, next_at: 0, ...item });
  });
  tell();
  return number;
}

/** A refused item becomes the draft again that it was. */
export async function takeBack(item) {
  await within("readwrite", ["outbox", "drafts"], (outbox, drafts) => {
    if (item.draft) drafts.put(item.fields, item.draft);
    outbox.delete(item.number);
  });
  tell();
}

export async function change(item, values) {
  await within("readwrite", ["outbox"], (outbox) => outbox.put({ ...item, ...values }));
  tell();
}

/** A refused item that is not needed: what it said goes, and the server is told which form it was and why. */
export const discard = (item, reason, { command, url }) =>
  change(item, {
    state: DISCARDED,
    untold: true,
    reason,
    url,
    fields: [["command", command], ["key", item.id], ["form", new URL(item.url, location.origin).pathname], ["reason", reason]],
    answer: "",
    ended_at: Date.now(),
    tries: 0,
    failures: 0,
    next_at: 0,
  });

/** Lets every page of this phone know. */
function tell() {
  if (!self.BroadcastChannel) return;
  const channel = new BroadcastChannel("fugong-outbox");
  channel.postMessage("changed");
  channel.close();
}

/**
 * Sends what waits, in order. `hurry` does not wait for the end of a pause. Two pages and the worker never send at the
 * same time. Returns "done", "paused", "offline", "signed-out" or "failed"; what another person wrote waits for them.
 */
export async function sendAll({ hurry = false } = {}) {
  const run = () => sendInOrder(hurry);
  return navigator.locks ? navigator.locks.request("fugong-outbox", run) : run();
}

async function sendInOrder(hurry) {
  const all = await items();
  await forget(all);
  const waiting = all.filter(({ state, untold }) => state === WAITING || untold);
  if (!waiting.length) return "done";
  if (!hurry && waiting[0].next_at > Date.now()) return "paused";
  const who = await whoIsThere();
  if (!who) return await postpone(waiting[0], "offline");
  if (who.person === null) return "signed-out";
  for (const item of waiting.filter(({ person }) => person === who.person)) {
    const became = await send(item, who.token);
    if (became !== "sent" && became !== "refused") return became;
  }
  return "done";
}

/** {person, token} as the server says now; undefined without signal (or where another net answers in its place). */
async function whoIsThere() {
  try {
    const answer = await before(fetch(STATE, { cache: "no-store", credentials: "same-origin" }), ASK_WITHIN);
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

function before(promise, most) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("late")), most);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function send(item, token) {
  let answer, text;
  try {
    answer = await before(post(item, token), SEND_WITHIN);
    text = answer.ok ? "" : (await answer.text()).slice(0, LONGEST_ANSWER);
  } catch {
    return postpone(item, "offline");
  }
  if (answer.headers.get("X-Fugong-Person") !== String(item.person)) return postpone(item, "signed-out");
  if (answer.ok) {
    await change(item, item.untold ? { untold: false, told: true, fields: [] } : { state: SENT, ended_at: Date.now(), fields: [], leads_to: answer.headers.get("X-Fugong-Leads") ?? item.page });
    return "sent";
  }
  const mayPass = answer.status >= 500 || answer.status === 429;
  if (mayPass && item.failures < MOST_FAILURES) return postpone({ ...item, failures: item.failures + 1 }, "failed");
  await change(item, item.untold ? { untold: false, fields: [] } : { state: REFUSED, ended_at: Date.now(), status: answer.status, answer: text });
  return "refused";
}

function post(item, token) {
  const body = new FormData();
  item.fields.forEach(([name, value]) => (value instanceof Blob ? body.append(name, value, value.name) : body.append(name, value)));
  const headers = {
    Accept: "text/html",
    "X-CSRFToken": token,
    // Never sent in another's name, whoever signs in meanwhile; and what the phone's clock says, which may be wrong.
    "X-Fugong-Person": String(item.person),
    "X-Fugong-Clock": new Date().toISOString(),
  };
  return fetch(item.url, { method: "POST", body, headers, credentials: "same-origin" });
}

async function postpone(item, became) {
  const pause = Math.min(FIRST_PAUSE * 2 ** item.tries, LONGEST_PAUSE);
  await change(item, { tries: item.tries + 1, next_at: Date.now() + pause });
  return became;
}

/** What is settled leaves the list after three days. */
async function forget(all) {
  const old = all.filter(({ state, ended_at, untold }) => (state === SENT || (state === DISCARDED && !untold)) && Date.now() - ended_at > REMEMBERED);
  if (old.length) await within("readwrite", ["outbox"], (outbox) => void old.forEach(({ number }) => outbox.delete(number)));
}
