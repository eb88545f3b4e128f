// Shows and hides questions at once, computes, counts characters, finds the position. Without it
// the server does the same at every step; nothing here is needed.
import { fill } from "./filling.js";

const form = document.getElementById("form");
const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
const rules = read("form-rules");
const carried = read("form-answers") || {};
const language = form?.dataset.language || "en";
const sign = new Intl.NumberFormat(language).formatToParts(1.5).find((part) => part.type === "decimal").value;

function number(text) {
  const bare = text.replace(/[\s\u00a0\u202f'’]/gu, "").replace("\u2212", "-").replace(/^\+/, "");
  if (bare === "") return null;
  const last = Math.max(bare.lastIndexOf(","), bare.lastIndexOf("."));
  const other = sign === "," ? "." : ",";
  let plain = bare.replace(",", ".");
  if (bare.includes(",") && bare.includes(".")) plain = bare.slice(0, last).replaceAll(bare[last] === "." ? "," : ".", "") + "." + bare.slice(last + 1);
  else if (new RegExp(`^-?[1-9]\\d{0,2}\\${other}\\d{3}$`).test(bare)) plain = bare.replace(other, "");
  return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : text;
}

function pathOf(name) {
  return name.split("-").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function valueOf(box) {
  const { type, name } = box.dataset;
  const named = (tail = "") => form.elements.namedItem(name + tail)?.value?.trim() ?? "";
  if (type === "choice") return box.querySelector("input:checked")?.value ?? null;
  if (type === "choices") {
    const codes = [...box.querySelectorAll("input:checked")].map((one) => one.value);
    return codes.length ? codes : null;
  }
  if (type === "integer" || type === "decimal") return number(named());
  if (type === "datetime") return named() ? (named().length === 16 ? `${named()}:00` : named()) + named("-zone") : null;
  if (type === "position") {
    const found = {};
    for (const part of ["latitude", "longitude", "altitude", "accuracy"]) {
      const said = named(`-${part}`);
      if (said) found[part] = Number(said.replace(",", "."));
    }
    return "latitude" in found || "longitude" in found ? found : null;
  }
  if (type === "photo") {
    const file = box.querySelector("input[type=file]");
    return file?.files.length ? "photo.jpg" : box.querySelector("[name$='-kept']")?.value || null;
  }
  return named() || null;
}

function put(answers, path, value) {
  let here = answers;
  for (let i = 0; i < path.length - 1; i += 1) {
    here[path[i]] ??= typeof path[i + 1] === "number" ? [] : {};
    here = here[path[i]];
  }
  if (value === null || value === undefined) delete here[path.at(-1)];
  else here[path.at(-1)] = value;
}

function answersNow() {
  const answers = structuredClone(carried);
  for (const rounds of form.querySelectorAll("input[data-rounds]")) {
    const n = Number(rounds.value);
    put(answers, pathOf(rounds.name), n ? Array.from({ length: n }, () => ({})) : null);
  }
  for (const box of form.querySelectorAll("[data-item]")) {
    if (box.closest("template") || box.dataset.type === "note" || box.dataset.type === "calculated") continue;
    put(answers, pathOf(box.dataset.name), valueOf(box));
  }
  return answers;
}

function today() {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

function at(answers, path) {
  return path.reduce((here, part) => here?.[part], answers);
}

function update() {
  const filled = fill(rules, answersNow(), { today: today() });
  const asked = new Set(filled.asked.map((path) => path.join("-")));
  for (const box of form.querySelectorAll("[data-item]")) box.hidden = !asked.has(box.dataset.name);
  for (const section of form.querySelectorAll("[data-section][aria-labelledby]")) {
    const round = section.closest("[data-round]")?.dataset.round;
    section.hidden = !asked.has(round ? `${round}-${section.dataset.section}` : section.dataset.section);
  }
  for (const output of form.querySelectorAll("[data-type=calculated] output")) {
    const value = at(filled.answers, pathOf(output.closest("[data-name]").dataset.name));
    output.textContent = value === undefined ? output.dataset.none : typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
  }
}

function clearButtons() {
  for (const box of form.querySelectorAll("fieldset[data-type=choice]")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "clear", textContent: form.dataset.clear });
    button.hidden = !box.querySelector("input:checked");
    button.addEventListener("click", () => {
      for (const input of box.querySelectorAll("input")) input.checked = false;
      button.hidden = true;
      box.querySelector("input").focus();
      update();
    });
    box.addEventListener("change", () => { button.hidden = !box.querySelector("input:checked"); });
    box.append(button);
  }
}

function counters() {
  for (const hint of form.querySelectorAll("[data-limit]")) {
    const area = hint.closest("[data-item]").querySelector("textarea");
    const left = hint.querySelector("[data-left]");
    area.addEventListener("input", () => {
      left.textContent = new Intl.NumberFormat(language).format(Number(hint.dataset.limit) - [...area.value].length);
    });
  }
}

function positions() {
  if (!("geolocation" in navigator)) return;
  for (const box of form.querySelectorAll("fieldset[data-type=position]")) {
    const [button, said] = [box.querySelector("[data-locate]"), box.querySelector("[data-located]")];
    button.closest("[hidden]").hidden = false;
    const field = (part) => box.querySelector(`[name$="-${part}"]`);
    const write = (part, value, digits) => {
      field(part).value = value === null ? "" : String(Number(value.toFixed(digits))).replace(".", sign);
    };
    button.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          write("latitude", coords.latitude, 6);
          write("longitude", coords.longitude, 6);
          write("altitude", coords.altitude, 1);
          write("accuracy", coords.accuracy, 0);
          said.textContent = `${said.dataset.text} ${Math.round(coords.accuracy)}`;
          update();
        },
        () => { said.textContent = said.dataset.refused; },
        { enableHighAccuracy: true, timeout: 20000 },
      );
    });
    for (const part of ["latitude", "longitude"]) {
      field(part).addEventListener("input", () => { write("altitude", null); write("accuracy", null); });
    }
  }
}

if (form && rules) {
  form.elements.namedItem("_live").value = "1";
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  let sending = false;
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    sending = true;
    setTimeout(() => { sending = false; }, 5000);
  });
  // Coming back by the browser's own button: the form can be sent again, and is still one.
  window.addEventListener("pageshow", () => { sending = false; });
  clearButtons();
  counters();
  positions();
  update();
  const target = document.querySelector(".problems, .notice[autofocus]") ?? document.getElementById(form.dataset.focus || location.hash.slice(1));
  const focus = () => (target?.matches("details") ? target.querySelector("summary") : target)?.focus();
  // Not before: the browser goes to the fragment only then, and takes the focus away again.
  window.addEventListener("load", () => setTimeout(focus));
}
// A link of the summary leads to a field even inside a round that is folded.
form?.querySelector(".problems")?.addEventListener("click", (event) => {
  const id = event.target.closest("a")?.getAttribute("href")?.slice(1);
  const field = id && document.getElementById(id);
  if (!field) return;
  for (let round = field.closest("details"); round; round = round.parentElement.closest("details")) round.open = true;
  event.preventDefault();
  field.focus();
});
