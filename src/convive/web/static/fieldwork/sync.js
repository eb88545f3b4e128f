// Sends what is finished: the form, then its photos one by one, each as often as it takes.
// Sending twice is sending once, because the id was made here. Runs in the page and in the worker.

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 5 * 60 * 1000;
const FORM_TIME = 60 * 1000;
const PHOTO_TIME = 5 * 60 * 1000;

export const waitAfter = (tries) => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, tries - 1)) * (0.75 + Math.random() / 2);

class Refused extends Error {
  constructor(refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

class NotNow extends Error {}

// Sends every finished form that is due. Returns { left, wait }: how many still wait, and for how
// long (milliseconds; null: nothing to wait for). Only one tab or worker sends at a time. Whoever
// is not patient sends also what failed a moment ago.
export async function sendAll(store, base, tell = () => {}, { isPatient = true } = {}) {
  const work = () => sendDue(store, base, tell, isPatient);
  if (!globalThis.navigator?.locks) return work();
  return navigator.locks.request(`convive-walk-${store.key}`, { ifAvailable: true }, (lock) =>
    lock ? work() : { left: 0, wait: FIRST_WAIT, isElsewhere: true },
  );
}

async function sendDue(store, base, tell, isPatient) {
  for (const form of await store.forms()) {
    if (form.status !== "ready" || (isPatient && (form.notBefore ?? 0) > Date.now())) continue;
    const isReached = await sendOne(store, base, form, tell);
    // No network, or a server that is down: the others would meet the same.
    if (!isReached) break;
  }
  const left = (await store.forms()).filter((form) => form.status === "ready");
  const next = Math.min(...left.map((form) => form.notBefore ?? 0));
  return { left: left.length, wait: left.length ? Math.max(500, next - Date.now()) : null };
}

async function sendOne(store, base, form, tell) {
  // From here on the server may have it: it can no longer be changed. As it stands on the disk
  // now, for somebody may have opened it again since the list was read.
  const current = await store.editForm(form.id, (one) => (one.status === "ready" ? { isOnItsWay: true } : null));
  if (current?.status !== "ready") return true;
  try {
    await deliver(store, base, current, tell);
    return true;
  } catch (error) {
    if (error instanceof Refused) {
      await store.editForm(form.id, () => ({ status: "refused", refusal: error.refusal }));
      tell({ id: form.id, step: "refused" });
      return true;
    }
    if (!(error instanceof NotNow)) console.error("convive: sending", error);
    const tries = (form.tries ?? 0) + 1;
    await store.editForm(form.id, () => ({ tries, notBefore: Date.now() + waitAfter(tries) }));
    tell({ id: form.id, step: "waiting" });
    return false;
  }
}

async function deliver(store, base, form, tell) {
  const names = await store.photoNames(form.id);
  const address = `${base}forms/${form.id}/`;
  tell({ id: form.id, step: "sending", sent: 0, total: names.length });
  const letter = {
    form: { instrument: form.instrument, version: form.version },
    answers: form.answers,
    place: form.place ?? null,
    daypart: form.daypart ?? "",
    language: form.language,
    startedAt: form.startedAt,
    endedAt: form.endedAt,
  };
  const headers = { "Content-Type": "application/json" };
  let told = await ask(address, { method: "POST", headers, body: JSON.stringify(letter) }, FORM_TIME);
  for (const name of told.missing) {
    const photo = await store.photo(form.id, name);
    if (!photo) throw new Refused({ code: "WALK_PHOTO_GONE" });
    tell({ id: form.id, step: "sending", sent: told.arrived.length, total: names.length });
    const upload = { method: "PUT", headers: { "Content-Type": "image/jpeg" }, body: photo.blob };
    told = await ask(`${address}photos/${encodeURIComponent(name)}/`, upload, PHOTO_TIME);
  }
  const isAll = told.state !== "waiting" && told.missing.length === 0 && names.every((name) => told.arrived.includes(name));
  // Confirmed by name, or it stays here.
  if (!isAll) throw new NotNow();
  await store.settleForm(form.id, { status: "sent", sentAt: new Date().toISOString(), nPhotos: told.arrived.length });
  tell({ id: form.id, step: "sent" });
}

export async function ask(address, options, time) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), time);
  const fixed = { cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" };
  try {
    const response = await fetch(address, { ...options, ...fixed, signal: stop.signal });
    const found = await response.json().catch(() => null);
    if (response.ok && found) return found;
    throw refusedOrNotNow(response.status, found);
  } catch (error) {
    throw error instanceof Refused ? error : new NotNow(error?.message);
  } finally {
    clearTimeout(clock);
  }
}

function refusedOrNotNow(status, found) {
  if (found?.code && !found.again) return new Refused({ code: found.code, text: found.text ?? "" });
  // Without words from our server it may be a log-in page of a hotel: 404 alone is believed.
  return status === 404 ? new Refused({ code: "WALK_UNKNOWN" }) : new NotNow(String(status));
}

export const refusalOf = (error) => (error instanceof Refused ? error.refusal : null);
