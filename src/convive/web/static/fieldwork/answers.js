// Between the fields of a form and its answers: the form is drawn by the server, names say where
// an answer stands ("stops-2-lighting"), `data-type` says how it is read.

export const pathOf = (name) => name.split("-").map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
export const nameOf = (path) => path.join("-");

export function valueAt(answers, path) {
  return path.reduce((found, part) => found?.[part], answers);
}

function put(answers, path, value) {
  const around = path.slice(0, -1).reduce((found, part) => found?.[part], answers);
  if (around) around[path.at(-1)] = value;
}

// "3,5" and "3.5" are one number; what is none stays a text, so that it is told as wrong.
export function numberOf(text, decimal) {
  let bare = text.replaceAll(/[\s\u00a0\u202f']/g, "").replace("\u2212", "-").replace(/^\+/, "");
  const other = decimal === "," ? "." : ",";
  if (bare.includes(",") && bare.includes(".")) {
    const last = Math.max(bare.lastIndexOf(","), bare.lastIndexOf("."));
    bare = `${bare.slice(0, last).replaceAll(/[.,]/g, "")}.${bare.slice(last + 1)}`;
  } else if (new RegExp(`^-?[1-9][0-9]{0,2}(\\${other}[0-9]{3})+$`).test(bare)) bare = bare.replaceAll(other, "");
  else bare = bare.replace(",", ".");
  return /^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)$/.test(bare) ? Number(bare) : text;
}

// Degrees are never written with groups.
const degrees = (text) => numberOf(text.replace(",", "."), ".");
const written = (value, decimal) => (typeof value === "number" ? String(value).replace(".", decimal) : String(value ?? ""));

// The distance of the phone's clock from UTC at that time, "+01:00".
export function zoneAt(text) {
  const minutes = -new Date(text).getTimezoneOffset();
  if (!Number.isFinite(minutes)) return "";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

const field = (item) => item.querySelector("input:not([type=hidden]), textarea, select");
const plain = (item) => field(item)?.value || null;
const number = (item, { decimal }) => {
  const text = field(item)?.value.trim();
  return text ? numberOf(text, decimal) : null;
};

const READ = {
  choice: (item) => item.querySelector("input:checked")?.value ?? null,
  choices(item) {
    const found = [...item.querySelectorAll("input:checked")].map((input) => input.value);
    return found.length ? found : null;
  },
  integer: number,
  decimal: number,
  text: plain,
  date: plain,
  time: plain,
  datetime(item) {
    const text = plain(item);
    if (!text) return null;
    return `${text.length === 16 ? `${text}:00` : text}${zoneAt(text)}`;
  },
  position(item) {
    const found = {};
    for (const part of ["latitude", "longitude", "altitude", "accuracy"]) {
      const text = item.querySelector(`[name$="-${part}"]`)?.value.trim();
      if (text) found[part] = degrees(text);
    }
    return "latitude" in found || "longitude" in found ? found : null;
  },
  photo: (item) => item.dataset.photo || null,
};

const WRITE = {
  choice: (item, value) => {
    for (const input of item.querySelectorAll("input")) input.checked = input.value === value;
  },
  choices: (item, value) => {
    for (const input of item.querySelectorAll("input")) input.checked = (value ?? []).includes(input.value);
  },
  position(item, value, { decimal }) {
    for (const part of ["latitude", "longitude", "altitude", "accuracy"]) {
      const input = item.querySelector(`[name$="-${part}"]`);
      if (input) input.value = written(value?.[part], decimal);
    }
  },
  datetime: (item, value) => {
    field(item).value = String(value ?? "").slice(0, 16);
  },
  photo: (item, value) => {
    item.dataset.photo = value ?? "";
  },
};

export function readAll(form, options) {
  const answers = {};
  for (const input of form.querySelectorAll("[data-rounds]")) {
    put(answers, pathOf(input.name), Array.from({ length: Number(input.value) }, () => ({})));
  }
  for (const item of form.querySelectorAll("[data-item]")) {
    const value = READ[item.dataset.type]?.(item, options) ?? null;
    if (value !== null) put(answers, pathOf(item.dataset.name), value);
  }
  return answers;
}

// Draws as many rounds as there are answers to, outer ones first, then writes every answer.
export function writeAll(form, answers, options) {
  const drawn = new Set();
  for (let section = nextRepeat(form, drawn); section; section = nextRepeat(form, drawn)) {
    drawn.add(section.dataset.name);
    setRounds(section, (valueAt(answers, pathOf(section.dataset.name)) ?? []).length);
  }
  for (const item of form.querySelectorAll("[data-item]")) {
    const value = valueAt(answers, pathOf(item.dataset.name));
    const write = WRITE[item.dataset.type];
    if (write) write(item, value, options);
    else if (READ[item.dataset.type] && field(item)) field(item).value = written(value, options.decimal);
  }
}

const nextRepeat = (form, drawn) => [...form.querySelectorAll("[data-repeats]")].find((one) => !drawn.has(one.dataset.name));

export const ownRounds = (section) => section.querySelector(":scope > .rounds");
export const roundsInput = (section) => section.querySelector(":scope > [data-rounds]");

// Adds rounds behind those that are there, or takes the last ones away.
export function setRounds(section, wanted) {
  const [list, input] = [ownRounds(section), roundsInput(section)];
  const pattern = section.querySelector(":scope > template");
  const mark = `__${section.dataset.section}__`;
  list.querySelector(":scope > .none-yet")?.toggleAttribute("hidden", wanted > 0);
  const rounds = () => list.querySelectorAll(":scope > .round");
  while (rounds().length > wanted) [...rounds()].at(-1).remove();
  for (let index = rounds().length; index < wanted; index += 1) {
    const copy = document.createElement("template");
    copy.innerHTML = pattern.innerHTML.replaceAll(mark, String(index));
    // A reader counts from one.
    for (const told of copy.content.querySelectorAll("[data-number]")) {
      if (told.closest("[data-round]")?.dataset.round === `${section.dataset.name}-${index}`) told.textContent = String(index + 1);
    }
    list.append(copy.content);
  }
  input.value = String(wanted);
}
