// Sends what waits, oldest first. Sending twice is sending once: the key was made with the entry.
// Answers { state }: kept, refused, sign_in, reload, waiting.

const TIME = 30 * 1000;

export async function sendEntry(entry, token) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), TIME);
  try {
    const response = await fetch(entry.address, {
      method: "POST",
      body: entry.body,
      headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token, Accept: "application/json" },
      cache: "no-store",
      redirect: "manual",
      signal: stop.signal,
    });
    return await told(response);
  } catch {
    return { state: "waiting" };
  } finally {
    clearTimeout(clock);
  }
}

async function told(response) {
  if (response.type === "opaqueredirect") return { state: "sign_in" };
  const found = await response.json().catch(() => null);
  if (response.ok && found?.state === "kept") return found;
  if (found?.state === "refused") return found;
  if (response.status === 404) return { state: "refused", problems: null };
  return { state: response.status === 403 ? "reload" : "waiting" };
}

// One tab at a time; stops at the first that does not get through, for the others would not either.
export async function sendAll(store, token, tell) {
  const work = async () => {
    for (const entry of await store.all()) {
      if (entry.refusal) continue;
      const answer = await sendEntry(entry, token);
      if (answer.state === "kept") await store.drop(entry.key);
      else if (answer.state === "refused") await store.keep({ ...entry, refusal: answer });
      tell(entry, answer);
      if (answer.state !== "kept" && answer.state !== "refused") return;
    }
  };
  if (!navigator.locks) return work();
  return navigator.locks.request(`convive-diary-${store.account}`, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}
