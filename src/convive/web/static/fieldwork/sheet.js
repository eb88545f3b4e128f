// Typing a paper sheet in: codes fill a line and the page moves on, skip rules apply at once.
// The page works without this as an ordinary form; nothing is kept but by sending it.

import { fill } from "./filling.js";

const form = document.querySelector("[data-sheet]");
const { form: rules, today } = JSON.parse(document.getElementById("sheet-rules").textContent);
const said = form.querySelector("[data-said]");
const done = [];

const lines = () => [...form.querySelectorAll(".sheet-line")];
const inputOf = (line) => line.querySelector("input");
const keysOf = (line) => [...line.querySelectorAll("[data-key]")];
const lineOf = (element) => element.closest(".sheet-line");
const isClosed = (line) => line.dataset.type === "choice" || line.dataset.type === "choices";

// --- what is typed, as an answer ------------------------------------------------------------

function choiceOf(line, key) {
  return keysOf(line).find((one) => one.dataset.key === key.toLowerCase());
}

// A letter that only one label begins with stands for it, where it is no key itself.
function byFirstLetter(line, letter) {
  const found = keysOf(line).filter((one) =>
    one.querySelector("span").textContent.trim().toLowerCase().startsWith(letter.toLowerCase()));
  return found.length === 1 && /\p{L}/u.test(letter) ? found[0] : undefined;
}

function numberOf(text) {
  const plain = text.replace(/[\s\u00a0\u202f'’]/g, "").replace("−", "-").replace(",", ".");
  return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}

function dayOf(text) {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const found = /^(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{2}|\d{4})$/.exec(text) ?? /^(\d{2})(\d{2})(\d{2}|\d{4})$/.exec(text);
  if (!found) return undefined;
  const year = found[3].length === 2 ? `20${found[3]}` : found[3];
  return `${year}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}`;
}

function timeOf(text) {
  const found = /^(\d{1,2})[:.h]?(\d{2})$/.exec(text);
  return found ? `${found[1].padStart(2, "0")}:${found[2]}` : undefined;
}

function momentOf(text) {
  const cut = text.lastIndexOf(" ");
  const [day, time] = [dayOf(text.slice(0, cut).trim()), timeOf(text.slice(cut + 1))];
  return cut > 0 && day && time ? `${day}T${time}:00` : undefined;
}

const READERS = {
  integer: numberOf, decimal: numberOf, date: dayOf, time: timeOf, datetime: momentOf,
  position: (text) => {
    const found = text.split(/[;\s]+|,(?=\s|[^,]*$)/).filter(Boolean).map(numberOf);
    return found.length === 2 ? { latitude: found[0], longitude: found[1] } : undefined;
  },
  text: (text) => text,
};

// The answer in a line; undefined where it cannot be read.
function answerOf(line) {
  const text = inputOf(line).value.trim();
  if (!text) return null;
  if (line.dataset.type === "choice") return choiceOf(line, text)?.dataset.code;
  if (line.dataset.type === "choices") {
    const found = [...text.replace(/[\s,;.]/g, "")].map((key) => choiceOf(line, key)?.dataset.code);
    return found.includes(undefined) ? undefined : found;
  }
  return READERS[line.dataset.type](text);
}

function put(answers, path, value) {
  const [name, index, ...rest] = path;
  if (index === undefined) answers[name] = value;
  else put(((answers[name] ??= [])[Number(index)] ??= {}), rest, value);
}

function answers() {
  const found = {};
  for (const counter of form.querySelectorAll("[data-rounds] > input[type=hidden]")) {
    const path = counter.name.split("-");
    for (let k = 0; k < Number(counter.value); k += 1) {
      let here = found;
      path.forEach((part, at) => {
        if (at % 2) return;
        const index = at + 1 < path.length ? Number(path[at + 1]) : k;
        here = ((here[part] ??= [])[index] ??= {});
      });
    }
  }
  for (const line of lines()) {
    const value = line.dataset.item ? answerOf(line) : null;
    if (value !== null && value !== undefined) put(found, line.dataset.at.split("-"), value);
  }
  return found;
}

// --- what applies ---------------------------------------------------------------------------

function show(line) {
  const value = answerOf(line);
  const codes = [value].flat();
  const labels = keysOf(line).filter((one) => codes.includes(one.dataset.code));
  line.querySelector("output").textContent =
    isClosed(line) ? labels.map((one) => one.querySelector("span").textContent).join(", ") : "";
  tellWrong(line, value === undefined ? form.dataset.wrong : "");
}

function tellWrong(line, sentence) {
  const error = line.querySelector(".error");
  if (error.textContent !== sentence) error.textContent = sentence;
  line.classList.toggle("wrong", Boolean(sentence));
  if (sentence) inputOf(line).setAttribute("aria-invalid", "true");
  else inputOf(line).removeAttribute("aria-invalid");
}

function apply() {
  const filled = fill(rules, answers(), { today });
  const asked = new Set(filled.asked.map((path) => path.join("-")));
  for (const one of form.querySelectorAll("[data-at]")) {
    const isHead = one.dataset.at.startsWith("_");
    const hides = !isHead && !asked.has(one.dataset.at) && !one.matches("[data-round]");
    if (one.hidden !== hides) one.hidden = hides;
  }
  for (const heading of form.querySelectorAll("[data-round]")) {
    heading.hidden = !asked.has(heading.dataset.at.split("-").slice(0, -1).join("-"));
  }
  const outside = new Set(filled.problems.filter((one) => one.code === "ANSWER_CONSTRAINT").map((one) => one.path.join("-")));
  for (const line of lines()) {
    if (outside.has(line.dataset.at)) tellWrong(line, form.dataset.outside);
  }
  meetCounts(filled.answers);
}

// Rounds that the form itself counts ("how many stops?") are there as soon as it is known.
function meetCounts(known) {
  for (const part of rules.parts.filter((one) => one.type === "rounds" && one.count && !one.rounds.length)) {
    const end = form.querySelector(`[data-rounds="${part.id}"]`);
    const n = (known[part.id] ?? []).length;
    while (end && Number(counterOf(end).value) < n) addRound(end);
  }
}

// --- rounds -----------------------------------------------------------------------------------

const counterOf = (end) => end.querySelector(":scope > input[type=hidden]");

function addRound(end) {
  const counter = counterOf(end);
  const n = Number(counter.value);
  if (n >= Number(end.dataset.most)) return null;
  const made = document.createElement("template");
  made.innerHTML = end.querySelector(":scope > template").innerHTML
    .replaceAll(`__${end.dataset.rounds}__`, String(n)).replaceAll("__number__", String(n + 1));
  const first = made.content.querySelector(".sheet-line");
  end.before(made.content);
  counter.value = String(n + 1);
  return first;
}

function removeRound(end) {
  const counter = counterOf(end);
  const n = Number(counter.value) - 1;
  if (n < 0) return;
  const name = `${end.dataset.at}-${n}`;
  for (const one of form.querySelectorAll("[data-at]")) {
    if (one.dataset.at === name || one.dataset.at.startsWith(`${name}-`)) one.remove();
  }
  counter.value = String(n);
}

// --- moving -----------------------------------------------------------------------------------

function stations() {
  return [...form.querySelectorAll(".sheet-line input, button[name=add], [data-save]")]
    .filter((one) => !one.closest("[hidden]"));
}

function move(from, step) {
  const all = stations();
  const to = all[Math.min(all.length - 1, Math.max(0, all.indexOf(from) + step))];
  to.focus();
  if (to.select) to.select();
}

function commit(input) {
  if (input.value === input.dataset.before) return;
  done.push({ name: input.name, before: input.dataset.before ?? "" });
  input.dataset.before = input.value;
}

function undo() {
  const input = document.activeElement;
  if (input.name && lineOf(input) && input.value !== (input.dataset.before ?? "")) commit(input);
  const last = done.pop();
  if (!last) return;
  if (last.section) {
    removeRound(form.querySelector(`[data-rounds][data-at="${last.section}"]`));
    apply();
    move(document.activeElement, 0);
  } else {
    const back = form.elements.namedItem(last.name);
    back.value = last.before;
    back.dataset.before = last.before;
    show(lineOf(back));
    apply();
    back.focus();
    back.select();
  }
  said.textContent = form.dataset.undone;
}

function typed(input, event) {
  const line = lineOf(input);
  said.textContent = "";
  if (line.dataset.type === "choice" && event.inputType !== "deleteContentBackward") {
    const letter = input.value.trim().slice(-1);
    const found = letter && (choiceOf(line, letter) ?? byFirstLetter(line, letter));
    if (found) input.value = found.dataset.key;
    show(line);
    apply();
    if (found) {
      commit(input);
      move(input, 1);
    } else input.select();
    return;
  }
  show(line);
  apply();
}

form.addEventListener("input", (event) => {
  if (event.target.closest(".sheet-line")) typed(event.target, event);
});
form.addEventListener("focusin", (event) => {
  const input = event.target;
  if (lineOf(input) && input.dataset.before === undefined) input.dataset.before = input.defaultValue;
});
form.addEventListener("focusout", (event) => {
  if (lineOf(event.target)) commit(event.target);
});
form.addEventListener("keydown", (event) => {
  const here = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    undo();
  } else if (event.key === "Enter" && lineOf(here)) {
    event.preventDefault();
    commit(here);
    move(here, 1);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(here, event.key === "ArrowDown" ? 1 : -1);
  }
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=add], button[name=remove]");
  if (!button) return;
  event.preventDefault();
  const end = button.closest("[data-rounds]");
  if (button.name === "remove") {
    removeRound(end);
    apply();
    return;
  }
  const first = addRound(end);
  if (!first) return;
  done.push({ section: end.dataset.at });
  apply();
  inputOf(first).focus();
});

document.documentElement.classList.add("has-script");
form.querySelector(".with-script").hidden = false;
form.querySelector(".without-script").hidden = true;
lines().filter((line) => inputOf(line).value && !line.classList.contains("wrong")).forEach(show);
apply();
if (!form.querySelector(".problems")) stations()[0].focus();
