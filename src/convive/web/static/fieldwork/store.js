// What the phone keeps: forms, photos, and every version of the form that one was begun with.
// Each change is on the disk before its promise ends; nothing waits in memory.

const TABLES = { forms: "id", photos: ["form", "name"], packages: "key", facts: "name" };

export const packageKey = ({ instrument, version, language }) => `${instrument}@${version}@${language}`;

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export async function openStore(key) {
  const request = indexedDB.open(`convive-walk-${key}`, 1);
  request.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(TABLES)) request.result.createObjectStore(name, { keyPath });
  };
  const db = await answered(request);
  db.onversionchange = () => db.close();
  return new Store(db, key);
}

class Store {
  constructor(db, key) {
    this.db = db;
    this.key = key;
  }

  // Does `work` with the tables, all of it or nothing; ends when it is on the disk.
  async change(names, work) {
    const transaction = this.db.transaction(names, "readwrite", { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new DOMException("Not kept", "AbortError"));
    });
    done.catch(() => {});
    try {
      const result = await work(...names.map((name) => transaction.objectStore(name)));
      await done;
      return result;
    } catch (error) {
      // A full disk ends the transaction: its own reason says more than that of the request.
      await done.catch((reason) => {
        throw reason;
      });
      throw error;
    }
  }

  read(name, work) {
    return answered(work(this.db.transaction(name).objectStore(name)));
  }

  // --- forms ---------------------------------------------------------------------------------

  async forms() {
    const found = await this.read("forms", (table) => table.getAll());
    const byTime = (a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.id.localeCompare(b.id);
    return found.sort(byTime);
  }

  form(id) {
    return this.read("forms", (table) => table.get(id));
  }

  addForm(form) {
    return this.change(["forms"], (table) => answered(table.add(form)));
  }

  // Changes a form as it stands on the disk; `edit` returns the changes, or null for none.
  editForm(id, edit) {
    return this.change(["forms"], async (table) => {
      const form = await answered(table.get(id));
      const changes = form && edit(form);
      if (!changes) return form ?? null;
      const changed = { ...form, ...changes };
      await answered(table.put(changed));
      return changed;
    });
  }

  // Drops a form and its photos, because the person asked for it.
  dropForm(id) {
    return this.change(["forms", "photos"], (forms, photos) => {
      forms.delete(id);
      return answered(photos.delete(ofForm(id)));
    });
  }

  // The server has confirmed all of it by name: only what the list shows is left.
  settleForm(id, changes) {
    return this.change(["forms", "photos"], async (forms, photos) => {
      const form = await answered(forms.get(id));
      photos.delete(ofForm(id));
      const { answers: _answers, refusal: _refusal, ...rest } = form;
      await answered(forms.put({ ...rest, ...changes }));
    });
  }

  // --- photos --------------------------------------------------------------------------------

  savePhoto(form, name, blob, size) {
    return this.change(["photos"], (table) => answered(table.put({ form, name, blob, ...size })));
  }

  photo(form, name) {
    return this.read("photos", (table) => table.get([form, name]));
  }

  async photoNames(form) {
    const keys = await this.read("photos", (table) => table.getAllKeys(ofForm(form)));
    return keys.map(([, name]) => name);
  }

  dropPhotos(form, names) {
    return this.change(["photos"], (table) => {
      for (const name of names) table.delete([form, name]);
    });
  }

  // --- versions of the form, facts -----------------------------------------------------------

  savePackage(found) {
    return this.change(["packages"], (table) => answered(table.put({ ...found, key: packageKey(found) })));
  }

  // The very version that a form was begun with; in another language if it must be.
  async package(wanted) {
    const exact = await this.read("packages", (table) => table.get(packageKey(wanted)));
    if (exact) return exact;
    const all = await this.read("packages", (table) => table.getAll());
    return all.find((one) => one.instrument === wanted.instrument && one.version === wanted.version) ?? null;
  }

  async fact(name) {
    return (await this.read("facts", (table) => table.get(name)))?.value;
  }

  saveFact(name, value) {
    return this.change(["facts"], (table) => answered(table.put({ name, value })));
  }
}

const ofForm = (id) => IDBKeyRange.bound([id], [id, []]);

export const isFull = (error) => error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";
