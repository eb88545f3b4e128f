// Answers for the page without a network, and sends in the background where a browser can.
// Joined behind store.js and sync.js into one script; PLAN says what to keep.

const cacheName = `${PLAN.cache}-${PLAN.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(keepEverything());
});

// All of it or nothing: half a page without a network is none.
async function keepEverything() {
  const cache = await caches.open(cacheName);
  const keep = async (address) => {
    const response = await fetch(address, { cache: "reload", credentials: "omit" });
    if (!response.ok) throw new Error(`${response.status} ${address}`);
    await cache.put(address, response);
  };
  try {
    await Promise.all([PLAN.base, ...PLAN.files].map(keep));
  } catch (error) {
    await caches.delete(cacheName);
    throw error;
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => self.clients.claim()));
});

async function dropOlder() {
  const mine = (name) => name.startsWith(`${PLAN.cache}-`) && name !== cacheName;
  await Promise.all((await caches.keys()).filter(mine).map((name) => caches.delete(name)));
}

self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    if (address.pathname === PLAN.base) event.respondWith(kept(event.request, PLAN.base));
    return;
  }
  // What the server has now is never answered from what was kept.
  if (!address.pathname.startsWith(PLAN.base)) event.respondWith(kept(event.request, event.request));
});

async function kept(request, wanted) {
  const cache = await caches.open(cacheName);
  const found = (await cache.match(wanted)) ?? (await cache.match(wanted, { ignoreSearch: true }));
  return found ?? fetch(request);
}

self.addEventListener("sync", (event) => {
  if (event.tag === "convive-walk") event.waitUntil(sendInBackground());
});

async function sendInBackground() {
  const store = await openStore(PLAN.key);
  const channel = new BroadcastChannel(`convive-walk-${PLAN.key}`);
  const tell = (told) => channel.postMessage(told);
  const { left, isElsewhere } = await sendAll(store, PLAN.base, tell, { isPatient: false });
  channel.close();
  store.db.close();
  // The browser asks again, later and later, as long as this fails.
  if (left && !isElsewhere) throw new Error(`${left} still to send`);
}
