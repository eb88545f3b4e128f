// What the phone keeps until it is sent: one row an entry, on the disk before its promise ends.
// Each account has a store of its own: whoever signs in on the same phone sees nothing of it.

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export async function openStore(account) {
  const request = indexedDB.open(`convive-diary-${account}`, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("entries", { keyPath: "key" });
  const db = await answered(request);
  db.onversionchange = () => db.close();
  return new Store(db, account);
}

class Store {
  constructor(db, account) {
    this.db = db;
    this.account = account;
  }

  async change(work) {
    const transaction = this.db.transaction("entries", "readwrite", { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new DOMException("Not kept", "AbortError"));
    });
    work(transaction.objectStore("entries"));
    await done;
  }

  keep(entry) {
    return this.change((table) => table.put(entry));
  }

  drop(key) {
    return this.change((table) => table.delete(key));
  }

  async all() {
    const found = await answered(this.db.transaction("entries").objectStore("entries").getAll());
    return found.sort((a, b) => a.writtenAt - b.writtenAt);
  }
}
