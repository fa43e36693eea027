// What a fellow's phone keeps: what is being typed, what waits to be sent, and how the weeks stood when there was a
// signal. Every entry belongs to whoever wrote it and is sent for nobody else.
const STORES = { typed: "id", entries: "key", states: "id" };

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("tracker-logs", 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Runs the work in one transaction, which is on the disk when the promise is kept.
async function within(work) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = base.transaction(Object.keys(STORES), "readwrite", { durability: "strict" });
      const result = work((name) => transaction.objectStore(name));
      transaction.oncomplete = () => resolve(result && "result" in result ? result.result : undefined);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    base.close();
  }
}

const idOf = ({ owner, ref, week }) => `${owner} ${ref} ${week}`;

export const readState = () => within((store) => store("states").get("now"));
export const keepState = (state) => within((store) => store("states").put({ ...state, id: "now" }));
export const dropState = () => within((store) => store("states").delete("now"));
export const readTyped = (where) => within((store) => store("typed").get(idOf(where)));
export const keepTyped = (typed) => within((store) => store("typed").put({ ...typed, id: idOf(typed) }));
export const dropTyped = (where) => within((store) => store("typed").delete(idOf(where)));
export const dropEntry = (key) => within((store) => store("entries").delete(key));
export const changeEntry = (entry) => within((store) => store("entries").put(entry));

export async function entriesOf(owner) {
  const all = await within((store) => store("entries").getAll());
  return all.filter((entry) => entry.owner === owner).sort((one, other) => one.at - other.at);
}

// A week that is written again before it could be sent takes the place of what waited; what was typed has become it.
export async function keepEntry(entry, replaced) {
  await within((store) => {
    for (const key of replaced) store("entries").delete(key);
    store("typed").delete(idOf(entry));
    return store("entries").put(entry);
  });
}
