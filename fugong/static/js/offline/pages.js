// The pages of one officer's day, kept on the phone for that officer alone until the session or the posting ends.
import { within } from "./store.js";

const SHELF = "pages-";
const KEPT_AT = "X-Kept-At";
const FRESH_FOR = 15 * 60_000;

/** {person, until, pages, fallback}: for whom pages are kept; undefined when for nobody, or no longer. */
export async function readKept() {
  const kept = await within("readonly", ["kept"], (store) => store.get("day")).catch(() => undefined);
  if (kept && kept.until < Date.now()) return void (await wipe());
  return kept;
}

/** Nothing of anybody's pages stays. Drafts and the outbox do: they are the person's own work and were not sent yet. */
export async function wipe() {
  const shelves = (await caches.keys()).filter((name) => name.startsWith(SHELF));
  await Promise.all(shelves.map((name) => caches.delete(name)));
  await within("readwrite", ["kept"], (store) => store.delete("day"));
}

const shelfOf = ({ person }) => caches.open(SHELF + person);

/** Keep what the page "my day" names, and nothing else; what it named yesterday goes. */
export async function keepDay({ person, seconds, pages, fallback }) {
  const before = await readKept();
  if (before && before.person !== person) await wipe();
  const kept = { person, until: Date.now() + seconds * 1000, pages, fallback };
  await within("readwrite", ["kept"], (store) => store.put(kept, "day"));
  const shelf = await shelfOf(kept);
  const named = new Set(pages.map((page) => new URL(page, location.origin).href));
  for (const request of await shelf.keys()) if (!named.has(request.url)) await shelf.delete(request);
  for (const page of pages) await fetchInto(shelf, kept, page);
}

async function fetchInto(shelf, kept, page) {
  const copy = await shelf.match(page, { ignoreVary: true });
  const isNew = copy && Date.now() - Date.parse(copy.headers.get(KEPT_AT)) < FRESH_FOR;
  if (isNew && copy.headers.get("X-Fugong-Files") === KEPT.version) return;
  const answer = await fetch(page, { credentials: "same-origin", headers: { Accept: "text/html" } }).catch(() => undefined);
  if (answer) await put(kept, page, answer);
}

/** Whether my day has named this page. */
export const isNamed = (kept, page) => kept.pages.some((one) => new URL(one, location.origin).href === new URL(page, location.origin).href);

/** Keep this answer if it is one of the day's pages and the person's own. */
export async function put(kept, page, answer) {
  const own = answer.headers.get("X-Fugong-Person") === String(kept.person);
  if (!isNamed(kept, page) || !own || !answer.ok || answer.redirected) return;
  const headers = new Headers(answer.headers);
  ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name));
  headers.set(KEPT_AT, new Date().toISOString());
  await (await shelfOf(kept)).put(page, new Response(await answer.blob(), { headers }));
}

/** The kept copy of a page, which says of itself since when it is kept, or of a file; undefined without one. */
export async function copyOf(kept, page) {
  const copy = kept && (await (await shelfOf(kept)).match(page, { ignoreVary: true }));
  if (!copy?.headers.get("Content-Type").startsWith("text/html")) return copy;
  const text = (await copy.text()).replace("<body ", `<body data-kept="${copy.headers.get(KEPT_AT)}" `);
  return new Response(text, { headers: copy.headers });
}
