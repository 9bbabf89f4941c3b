// What this phone keeps, in IndexedDB: drafts, the outbox, and for whom pages are kept.

const STORES = [
  ["drafts", undefined],
  ["outbox", { keyPath: "number", autoIncrement: true }],
  ["kept", undefined],
];
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("fugong", 2);
    request.onupgradeneeded = () => {
      const standing = request.result.objectStoreNames;
      STORES.forEach(([name, options]) => standing.contains(name) || request.result.createObjectStore(name, options));
    };
    request.onsuccess = () => {
      // A page of a newer version wants to change the stores: make way for it.
      request.result.onversionchange = () => (request.result.close(), (opened = undefined));
      resolve(request.result);
    };
    request.onerror = () => ((opened = undefined), reject(request.error));
  });
  return opened;
}

/** One transaction over the named stores; `act` gets them and returns the request whose result is wanted. */
export async function within(mode, names, act) {
  const db = await database();
  return new Promise((resolve, reject) => {
    // "strict": on the disk when it is done, also if the phone is switched off the next moment.
    const work = db.transaction(names, mode, { durability: "strict" });
    const request = act(...names.map((name) => work.objectStore(name)));
    work.oncomplete = () => resolve(request?.result);
    work.onabort = () => reject(work.error);
  });
}
