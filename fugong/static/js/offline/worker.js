// The service worker: pages of the day from the network, or as kept; static files as kept; what waits is sent.
// `KEPT` (version, files, large) is put in front by the server; see fugong.core.offline.
import { sendAll } from "./outbox.js";
import { copyOf, isNamed, keepDay, put, readKept, wipe } from "./pages.js";

const WAIT_FOR_NETWORK = 4_000;
const FILES = `files-${KEPT.version}`;
const ours = new Set([...KEPT.files, ...KEPT.large]);
// The server has newer files than this worker: then they come from the network until the new worker is there.
let stale = false;

self.addEventListener("install", (event) => {
  const fill = caches.open(FILES).then((cache) => cache.addAll(KEPT.files.map((file) => new Request(file, { cache: "reload" }))));
  event.waitUntil(fill.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const clear = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("files-") && name !== FILES).map((name) => caches.delete(name))));
  event.waitUntil(clear.then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (!event.data.keep) return;
  const work = Promise.all([keepDay(event.data.keep), keepLarge()]);
  event.waitUntil(work.then(() => event.source?.postMessage("kept"), () => {}));
});

async function keepLarge() {
  const cache = await caches.open(FILES);
  for (const file of KEPT.large) if (!(await cache.match(file))) await cache.add(file);
}

self.addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  // Rejected: the browser tries again later.
  event.waitUntil(sendAll({ hurry: true }).then((became) => (became === "offline" || became === "failed" ? Promise.reject(new Error(became)) : undefined)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (ours.has(address.pathname) && !stale) event.respondWith(fileOf(request, address.pathname));
  else if (request.mode === "navigate" || address.searchParams.has("kept")) event.respondWith(pageOf(event));
});

async function fileOf(request, path) {
  const cache = await caches.open(FILES);
  const kept = await cache.match(path);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(path, answer.clone());
  return answer;
}

async function pageOf(event) {
  const { request } = event;
  const kept = await readKept();
  const copy = await copyOf(kept, request.url);
  try {
    const answer = await inTime(fetch(request), copy);
    if (copy && answer.status >= 502 && answer.status <= 504) return copy;
    const second = kept && isNamed(kept, request.url) ? answer.clone() : undefined;
    event.waitUntil(learn(kept, answer.headers, () => second && put(kept, request.url, second)).catch(() => {}));
    return answer;
  } catch {
    return copy ?? (request.mode === "navigate" ? await copyOf(kept, kept?.fallback) : undefined) ?? Response.error();
  }
}

/** With a copy in hand nobody waits long for a weak network. */
function inTime(answer, copy) {
  if (!copy) return answer;
  const late = new Promise((_resolve, reject) => setTimeout(() => reject(new Error("late")), WAIT_FOR_NETWORK));
  return Promise.race([answer, late]);
}

/** Every page says for whom it is: another's, or nobody's, ends what is kept. */
async function learn(kept, headers, keep) {
  const person = headers.get("X-Fugong-Person");
  if (person === null) return;
  stale = headers.get("X-Fugong-Files") !== KEPT.version;
  if (kept && person !== String(kept.person)) await wipe();
  else await keep();
}
