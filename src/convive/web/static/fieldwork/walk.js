// The phone page: a list of stops and a form for each, all of it kept here first and sent after.

import { zoneAt } from "./answers.js";
import { FormScreen } from "./form.js";
import { drawLinks, drawStops, stopsOf, summaryOf } from "./screens.js";
import { isFull, openStore } from "./store.js";
import { ask, refusalOf, sendAll } from "./sync.js";
import { say, useTexts } from "./texts.js";

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("walk-data").textContent);
const HELD_BACK = ["WALK_REVOKED", "WALK_UNKNOWN"];
const LONGEST_LABEL = 80;

const state = { store: null, screen: null, forms: [], done: [], sending: null, timer: 0, current: null };

const localMoment = () => {
  const now = new Date();
  const wall = new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 23);
  return `${wall}${zoneAt(wall)}`;
};

function tell(text) {
  $("say").textContent = "";
  // A text that is there already is not read again.
  setTimeout(() => ($("say").textContent = text), 50);
}

function trouble(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

// --- the list ---------------------------------------------------------------------------------

async function refresh() {
  state.forms = await state.store.forms();
  const stops = stopsOf(data.visits, state.forms, state.done);
  drawStops($("stops"), stops, { sending: state.sending, isOnline: navigator.onLine });
  $("no-stops").hidden = stops.length > 0;
  $("summary").textContent = summaryOf(state.forms);
  $("network").hidden = navigator.onLine;
  document.querySelector(".lang").hidden = !navigator.onLine; // only this language is on the phone
  $("send").hidden = !state.forms.some((form) => form.status === "ready");
  return stops;
}

async function begin(visit) {
  const number = visit ? 0 : 1 + Math.max(0, ...state.forms.map((form) => form.number ?? 0));
  const form = {
    id: crypto.randomUUID(),
    status: "draft",
    instrument: data.package.instrument,
    version: data.package.version,
    language: data.language,
    place: visit?.place ?? null,
    daypart: visit?.daypart ?? "",
    number,
    label: visit ? `${visit.code} ${visit.name}`.trim().slice(0, LONGEST_LABEL) : say("stop", { n: number }),
    startedAt: localMoment(),
    answers: {},
    isBegun: false,
  };
  try {
    await state.store.addForm(form);
  } catch (error) {
    trouble(say(isFull(error) ? "full" : "not_saved"));
    return;
  }
  askToKeep();
  location.hash = form.id;
}

// So that a phone short of space does not clear what has not been sent.
function askToKeep() {
  navigator.storage?.persist?.().catch(() => {});
}

// --- the form ---------------------------------------------------------------------------------

async function show() {
  const id = location.hash.slice(1);
  const form = id ? await state.store.form(id) : null;
  if (!form) return showList();
  // It is changed again: not sent before it is finished again, unless it is on its way already.
  const reopen = (one) => (one.status === "ready" && !one.isOnItsWay ? { status: "draft" } : null);
  const current = await state.store.editForm(id, reopen);
  if (current.status !== "draft") return showList();
  const found = await state.store.package(form);
  if (!found) {
    trouble(say("no_package"));
    return showList();
  }
  state.current = current;
  $("form-title").textContent = form.label;
  const isNamed = form.daypart === "day" || form.daypart === "night";
  $("form-daypart").textContent = isNamed ? say(`daypart.${form.daypart}`) : "";
  drawLinks($("problems"), []);
  $("sure").hidden = true;
  $("list-screen").hidden = true;
  $("form-screen").hidden = false;
  await state.screen.open(current, found);
  $("form-title").focus();
  window.scrollTo(0, 0);
}

async function showList() {
  const was = state.current;
  state.current = null;
  if (location.hash) history.replaceState(null, "", location.pathname);
  await refresh();
  $("form-screen").hidden = true;
  $("list-screen").hidden = false;
  state.screen.close();
  if (!was) return;
  const row = $("stops").querySelector(`[data-stop="${CSS.escape(was.id)}"]`);
  (row?.querySelector("button") ?? $("list-title")).focus();
}

async function leave() {
  await state.screen.saving;
  await showList();
}

async function finish() {
  const form = state.current;
  const { answers, links } = await state.screen.finish();
  drawLinks($("problems"), links);
  if (links.length) return;
  const edit = (one) => (one.status === "draft" ? { status: "ready", answers, endedAt: localMoment(), tries: 0, notBefore: 0 } : null);
  try {
    await state.store.editForm(form.id, edit);
    await dropUnnamed(form.id, answers);
  } catch (error) {
    trouble(say(isFull(error) ? "full" : "not_saved"));
    return;
  }
  await showList();
  tell(say("finished", { stop: form.label }));
  inBackground();
  send();
}

// Photos that were replaced, or whose question is no longer asked, do not leave the phone.
async function dropUnnamed(id, answers) {
  const text = JSON.stringify(answers);
  const names = await state.store.photoNames(id);
  const unnamed = names.filter((name) => !text.includes(JSON.stringify(name)));
  if (unnamed.length) await state.store.dropPhotos(id, unnamed);
}

// --- sending ----------------------------------------------------------------------------------

async function send({ now = false } = {}) {
  clearTimeout(state.timer);
  // Without a network nothing is on its way, and a finished stop can still be changed.
  if (!navigator.onLine) return;
  const { left, wait } = await sendAll(state.store, data.base, told, { isPatient: !now });
  state.sending = null;
  await refresh();
  if (left || wait) state.timer = setTimeout(send, wait);
}

async function told(step) {
  state.sending = step.step === "sending" ? step : null;
  const stops = await refresh();
  const stop = stops.find((one) => one.form?.id === step.id);
  if (!stop || step.step === "sending") return;
  if (step.step === "sent") tell(say("sent", { stop: stop.title }));
  if (step.step === "refused") tell(say("not_taken", { stop: stop.title }));
}

function inBackground() {
  navigator.serviceWorker?.ready.then((found) => found.sync?.register("convive-walk")).catch(() => {});
}

// What the server knows: visits that are done, a newer page, an address that was taken back.
async function askState() {
  const ids = state.forms.filter((form) => form.status !== "sent" && form.isOnItsWay).map((form) => `form=${form.id}`);
  try {
    const found = await ask(`${data.base}state/?${ids.join("&")}`, { method: "GET" }, 30000);
    state.done = found.done;
    await state.store.saveFact("done", found.done);
    await giveBack();
    trouble(found.takesForms ? "" : say("closed"));
    if (found.version !== data.version) (await navigator.serviceWorker?.getRegistration(data.base))?.update().catch(() => {});
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal && HELD_BACK.includes(refusal.code)) trouble(say(`refused.${refusal.code}`) + " " + say(`refused.${refusal.code}.do`));
  }
  await refresh();
}

// With an address that works, what another one was refused for can go.
async function giveBack() {
  for (const form of state.forms) {
    const isHeld = form.status === "refused" && HELD_BACK.includes(form.refusal?.code);
    if (isHeld) await state.store.editForm(form.id, () => ({ status: "ready", refusal: null, notBefore: 0, tries: 0 }));
  }
}

async function retry(id) {
  await state.store.editForm(id, (one) => (one.status === "refused" ? { status: "ready", refusal: null, notBefore: 0, tries: 0 } : null));
  await refresh();
  send();
}

async function drop(id) {
  await state.store.dropForm(id);
  await showList();
  tell(say("deleted"));
}

// --- the page itself --------------------------------------------------------------------------

async function keepPage() {
  if (!navigator.serviceWorker) {
    $("ready").textContent = say("page.cannot");
    return;
  }
  const first = navigator.serviceWorker.controller;
  try {
    const found = await navigator.serviceWorker.register(`${data.base}worker.js`, { scope: data.base, updateViaCache: "none" });
    const offer = () => ($("update").hidden = !isNewer(found, first));
    const watch = () => found.installing?.addEventListener("statechange", offer);
    // Nothing is open yet: the newer page can come at once.
    if (isNewer(found, first) && !location.hash) takeOver(found);
    watch(); // it may have been found before anybody listened
    found.addEventListener("updatefound", watch);
    navigator.serviceWorker.addEventListener("controllerchange", offer);
    offer();
    $("load").addEventListener("click", () => takeOver(found));
    await navigator.serviceWorker.ready;
    $("ready").textContent = say("page.ready");
    $("ready").dataset.ready = "yes";
  } catch {
    $("ready").textContent = say(navigator.onLine ? "page.cannot" : "page.ready");
  }
}

// A newer page waits, or has come to power by itself while this one was being loaded.
function isNewer(found, first) {
  return Boolean(first && (found.waiting || navigator.serviceWorker.controller !== first));
}

function takeOver(found) {
  if (!found.waiting) return location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  found.waiting.postMessage("take-over");
}

function wire() {
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the part behind # says which stop is open
    $("content").focus();
  });
  $("add").addEventListener("click", () => begin(null));
  $("send").addEventListener("click", () => send({ now: true }));
  $("back").addEventListener("click", leave);
  $("finish").addEventListener("click", finish);
  // Enter in the only field of a form would send it to the server, that is, load the page anew.
  $("form").addEventListener("submit", (event) => event.preventDefault());
  $("discard").addEventListener("click", () => {
    $("sure").hidden = false;
    $("sure-no").focus();
  });
  $("sure-no").addEventListener("click", () => {
    $("sure").hidden = true;
    $("discard").focus();
  });
  $("sure-yes").addEventListener("click", () => drop(state.current.id));
  $("stops").addEventListener("click", onStop);
  window.addEventListener("hashchange", show);
  window.addEventListener("online", () => reconnect());
  window.addEventListener("offline", () => refresh());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && reconnect());
  const channel = new BroadcastChannel(`convive-walk-${state.store.key}`);
  channel.addEventListener("message", ({ data: step }) => told(step));
}

function onStop(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { do: doing, form, visit } = button.dataset;
  if (doing === "retry") retry(form);
  else if (doing === "ask-drop") {
    const sure = button.closest("[data-stop]").querySelector("[data-part=sure]");
    sure.hidden = false;
    sure.querySelector("button").focus();
  } else if (doing === "keep") {
    button.closest("[data-part=sure]").hidden = true;
    button.closest("[data-stop]").querySelector("[data-do=ask-drop]").focus();
  } else if (doing === "drop") drop(button.closest("[data-stop]").dataset.stop);
  else if (form) location.hash = form;
  else begin(data.visits.find((one) => one.key === visit));
}

async function reconnect() {
  await refresh();
  await askState();
  await send({ now: true });
}

async function start() {
  useTexts(data.texts, data.language);
  state.store = await openStore(data.key);
  await state.store.savePackage(data.package).catch((error) => trouble(say(isFull(error) ? "full" : "not_saved")));
  state.done = (await state.store.fact("done")) ?? [];
  state.screen = new FormScreen($("form"), { store: state.store, tell, failed: trouble });
  $("add").hidden = !data.mayAdd;
  $("without-script").hidden = true;
  $("walk").hidden = false;
  wire();
  keepPage();
  await show();
  document.documentElement.dataset.started = "yes";
  await askState();
  await send();
}

start().catch((error) => {
  console.error("convive: start", error);
  useTexts(data.texts, data.language);
  trouble(say("no_store"));
  $("without-script").hidden = false;
});

