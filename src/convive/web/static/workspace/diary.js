// The diary in two taps, also where the signal is lost: the first opens the form that is in the
// page already, the second keeps the entry on the phone and sends it. Without this script the
// buttons lead to the same form on a page of its own.
import { openStore } from "./diary_store.js";
import { sendAll, sendEntry } from "./diary_sync.js";

const words = JSON.parse(document.getElementById("diary-words").textContent);
const again = 20 * 1000;
const panel = document.getElementById("on-phone");
const tokenOf = () => document.querySelector("template")?.content.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const store = await openStore(words.account).catch(() => null);
const sign = new Intl.NumberFormat(words.language).formatToParts(1.5).find((part) => part.type === "decimal").value;

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function element(name, properties, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

// --- first tap -------------------------------------------------------------------------------

function open(card, delivery) {
  const place = card.querySelector(".opened");
  for (const other of document.querySelectorAll(".diary-card .opened")) other.replaceChildren();
  const form = card.querySelector("template").content.cloneNode(true).querySelector("form");
  form.querySelector("[name=key]").value = newKey();
  const chosen = form.querySelector(`[name=delivery][value="${delivery}"]`);
  chosen.checked = true;
  place.append(form);
  stepper(form);
  form.addEventListener("submit", (event) => send(event, card, form));
  const button = form.querySelector(".send button");
  button.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

function stepper(form) {
  const input = form.querySelector("[name=amount]");
  const step = (by, text, label) => {
    const button = element("button", { type: "button", textContent: text });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => {
      const number = Number(input.value.replace(",", ".") || 0);
      if (Number.isNaN(number)) return;
      input.value = String(Math.max(0, Math.round((number + by) * 1000) / 1000)).replace(".", sign);
    });
    return button;
  };
  const box = element("div", { className: "steps" });
  input.replaceWith(box);
  box.append(step(-1, "−", words.less), input, step(1, "+", words.more));
}

// --- second tap ------------------------------------------------------------------------------

async function send(event, card, form) {
  if (!store) return; // the browser sends the form itself
  event.preventDefault();
  const button = form.querySelector(".send button");
  if (button.disabled) return;
  button.disabled = true;
  const entry = entryOf(card, form);
  try {
    await store.keep(entry);
  } catch {
    if (navigator.onLine) form.submit();
    else show(card, words.not_kept, "waits");
    button.disabled = false;
    return;
  }
  const answer = await sendEntry(entry, tokenOf());
  await settle(entry, answer, card, form);
  button.disabled = false;
}

function entryOf(card, form) {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("csrfmiddlewaretoken");
  const label = form.querySelector("[name=delivery]:checked")?.closest("label")?.textContent.trim() ?? "";
  return { key: fields.get("key"), address: card.dataset.send, body: fields.toString(), title: card.dataset.title, label, writtenAt: Date.now() };
}

async function settle(entry, answer, card, form) {
  if (answer.state === "kept") {
    await store.drop(entry.key);
    form.remove();
    show(card, answer.text, "", answer.address);
    card.querySelector(".silence")?.remove(); // it said what was so before
    card.classList.remove("waits");
  } else if (answer.state === "refused" && answer.problems) {
    await store.drop(entry.key); // it is still in the form, to be put right
    problems(form, answer.problems);
  } else {
    form.remove();
    show(card, words[answer.state === "refused" ? "gone" : answer.state], "waits");
    if (answer.state === "refused") await store.drop(entry.key);
    await list();
    later();
  }
}

function show(card, text, kind, address = "") {
  const line = element("p", { className: `told-now ${kind}`, tabIndex: -1 }, address ? element("a", { href: address, textContent: text }) : text);
  line.setAttribute("role", "status");
  card.querySelector(".opened").replaceChildren(line);
  line.focus({ preventScroll: true });
}

function problems(form, found) {
  form.querySelector(".problems")?.remove();
  const items = found.map(({ label, text }) => element("li", { textContent: label ? `${label}: ${text}` : text }));
  const box = element("div", { className: "problems", tabIndex: -1 }, element("ul", {}, ...items));
  box.setAttribute("role", "alert");
  form.prepend(box);
  form.querySelector("details").open = true;
  box.focus();
}

// --- what waits ------------------------------------------------------------------------------

async function list() {
  const entries = await store.all();
  panel.hidden = entries.length === 0;
  const rows = entries.map((entry) => {
    const said = [entry.label, entry.title].filter(Boolean).join(" · ");
    const row = element("li", {}, element("span", { textContent: said }));
    if (entry.refusal) {
      const why = entry.refusal.problems?.map((one) => one.text).join(" ") ?? words.gone;
      const drop = element("button", { type: "button", className: "as-link", textContent: words.remove });
      drop.addEventListener("click", async () => {
        await store.drop(entry.key);
        await list();
      });
      row.append(element("p", { textContent: `${words.refused} ${why} ` }, drop));
    }
    return row;
  });
  panel.querySelector("ul").replaceChildren(...rows);
  if (entries.some((entry) => !entry.refusal) && !panel.querySelector(".now")) {
    const button = element("button", { type: "button", className: "now", textContent: words.send_now });
    button.addEventListener("click", flush);
    panel.append(button);
  }
}

const state = document.getElementById("on-phone-state");
let waiting = 0;

async function flush() {
  if (!store) return;
  state.textContent = words.sending;
  let last = "";
  await sendAll(store, tokenOf() || panel.dataset.token || "", (entry, answer) => {
    last = answer.state;
    const card = [...document.querySelectorAll(".diary-card")].find((one) => one.dataset.send === entry.address);
    if (card && answer.state === "kept") show(card, answer.text, "", answer.address);
  });
  await list();
  state.textContent = panel.hidden ? "" : (words[last] ?? words.waiting);
  later();
}

async function later() {
  clearTimeout(waiting);
  const entries = await store.all();
  if (entries.some((entry) => !entry.refusal)) waiting = setTimeout(flush, again);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".diary-card > .taps")) return;
  event.preventDefault();
  open(event.target.closest(".diary-card"), event.submitter.value);
});
if (store) {
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  await list();
  if (!panel.hidden) await flush();
}
document.documentElement.dataset.diary = "ready";
