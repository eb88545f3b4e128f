// One form on the phone: drawn by the server once, asked and checked here, saved at each change.

import { LONGEST_SIDE, canvasOf, drawn, encoded, newName } from "./camera.js";
import { Cover } from "./cover.js";
import { fill } from "./filling.js";
import { nameOf, pathOf, readAll, roundsInput, setRounds, valueAt, writeAll } from "./answers.js";
import { wirePosition } from "./position.js";
import { has, say } from "./texts.js";
import { isFull } from "./store.js";

const PREVIEW = 640;

export const dayOf = (moment) => {
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60000);
  return shifted.toISOString().slice(0, 10);
};
const wallClock = (moment) => new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 19);

export class FormScreen {
  // place: element that takes the form; tell(text): says something aloud; failed(text): could not save.
  constructor(place, { store, tell, failed }) {
    Object.assign(this, { place, store, tell, failed });
    place.addEventListener("input", () => this.changed());
    place.addEventListener("change", (event) => this.onChange(event));
    place.addEventListener("click", (event) => this.onClick(event));
    place.addEventListener("submit", (event) => event.preventDefault());
  }

  async open(form, found) {
    this.form = form;
    this.package = found;
    this.saving = Promise.resolve();
    // Drawn by our own server and kept as it was served.
    this.place.innerHTML = found.html;
    this.place.lang = found.language;
    const answers = form.answers ?? {};
    const opened = this.worked(answers, { defaults: !form.isBegun });
    writeAll(this.place, withLeast(found.rules, opened.answers, answers), found);
    for (const item of this.place.querySelectorAll('[data-type="photo"]')) await this.showPhoto(item);
    this.wire(this.place);
    this.settle();
    if (!form.isBegun) await this.changed();
  }

  close() {
    this.place.replaceChildren();
    this.form = null;
  }

  worked(answers, more = {}) {
    const now = new Date();
    return fill(this.package.rules, answers, { today: dayOf(now), now: wallClock(now), ...more });
  }

  // Once for each item, however often its section is drawn on.
  wire(root) {
    const { decimal } = this.package;
    for (const item of root.querySelectorAll("[data-item]:not([data-wired])")) {
      item.dataset.wired = "yes";
      const { type } = item.dataset;
      if (type === "position") wirePosition(item, { decimal, say, changed: () => this.changed() });
      if (["datetime", "date", "time"].includes(type)) this.wireNow(item);
      if (type === "choice") this.wireClear(item);
    }
  }

  // A choice once made can be taken back.
  wireClear(item) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "clear";
    button.textContent = say("clear");
    button.hidden = true;
    button.addEventListener("click", () => {
      for (const input of item.querySelectorAll("input")) input.checked = false;
      item.querySelector("input").focus();
      this.changed();
    });
    item.append(button);
  }

  wireNow(item) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "now";
    button.textContent = say(item.dataset.type === "date" ? "today" : "now");
    button.addEventListener("click", () => {
      const text = wallClock(new Date());
      const part = { datetime: text.slice(0, 16), date: text.slice(0, 10), time: text.slice(11, 16) }[item.dataset.type];
      item.querySelector("input").value = part;
      this.changed();
    });
    item.append(button);
  }

  // --- at each change ------------------------------------------------------------------------

  changed() {
    const answers = this.settle();
    return this.save(answers);
  }

  // Shows what is asked now, computes, keeps counted rounds in number; returns the answers.
  settle() {
    let answers = readAll(this.place, this.package);
    let filled = this.worked(answers);
    if (this.countRounds(filled)) {
      answers = readAll(this.place, this.package);
      filled = this.worked(answers);
    }
    const asked = new Set(filled.asked.map(nameOf));
    for (const item of this.place.querySelectorAll("[data-item]")) item.hidden = !asked.has(item.dataset.name);
    for (const section of this.place.querySelectorAll("section.part")) section.hidden = !asked.has(section.id.slice(2));
    for (const button of this.place.querySelectorAll("button.clear")) button.hidden = !button.parentElement.querySelector("input:checked");
    for (const item of this.place.querySelectorAll('[data-type="calculated"] output')) {
      const value = valueAt(filled.answers, pathOf(item.closest("[data-item]").dataset.name));
      item.textContent = value === undefined ? item.dataset.none : String(value).replace(".", this.package.decimal);
    }
    for (const told of this.place.querySelectorAll("[data-limit]")) {
      const text = told.parentElement.querySelector("textarea")?.value ?? "";
      told.querySelector("[data-left]").textContent = String(Number(told.dataset.limit) - text.length);
    }
    this.filled = filled;
    return answers;
  }

  countRounds(filled) {
    let isChanged = false;
    for (const part of this.package.rules.parts.filter((one) => one.type === "rounds" && one.count)) {
      for (const section of this.place.querySelectorAll(`[data-repeats][data-section="${part.id}"]`)) {
        const path = pathOf(section.dataset.name);
        const wanted = (filled.asked.filter((one) => one.length === path.length + 1 && nameOf(one.slice(0, -1)) === nameOf(path))).length;
        if (wanted === Number(roundsInput(section).value)) continue;
        setRounds(section, wanted);
        this.wire(section);
        isChanged = true;
      }
    }
    return isChanged;
  }

  // One after the other, so that the last change is the one that stays.
  save(answers) {
    const id = this.form.id;
    this.form.isBegun = true;
    const edit = (form) => (form.status === "draft" ? { answers, isBegun: true, changedAt: new Date().toISOString() } : null);
    const saved = () => this.store.editForm(id, edit).catch((error) => this.notSaved(error));
    this.saving = this.saving.then(saved);
    return this.saving;
  }

  notSaved(error) {
    this.failed(say(isFull(error) ? "full" : "not_saved"));
  }

  // --- rounds --------------------------------------------------------------------------------

  onClick(event) {
    const button = event.target.closest("button[data-add], button[data-remove]");
    if (!button) return;
    event.preventDefault();
    const name = button.dataset.add ?? button.dataset.remove.replace(/-[0-9]+$/, "");
    const section = this.place.querySelector(`[data-repeats][data-name="${CSS.escape(name)}"]`);
    if (button.dataset.add) this.addRound(section);
    else this.removeRound(section, Number(button.dataset.remove.match(/[0-9]+$/)[0]));
  }

  addRound(section) {
    const n = Number(roundsInput(section).value);
    if (n >= Number(section.dataset.atMost)) return;
    setRounds(section, n + 1);
    const round = section.querySelector(`:scope > .rounds > .round:last-of-type`);
    this.wire(round);
    round.open = true;
    round.querySelector("summary").focus();
    this.changed();
  }

  removeRound(section, index) {
    const answers = readAll(this.place, this.package);
    valueAt(answers, pathOf(section.dataset.name)).splice(index, 1);
    setRounds(section, 0);
    writeAll(this.place, answers, this.package);
    this.wire(section);
    for (const item of section.querySelectorAll('[data-type="photo"]')) this.showPhoto(item);
    this.changed();
    section.focus();
  }

  // --- photos --------------------------------------------------------------------------------

  onChange(event) {
    if (event.target.type === "file") this.takePhoto(event.target.closest("[data-item]"), event.target);
    else this.changed();
  }

  async takePhoto(item, input) {
    const file = input.files[0];
    if (!file) return;
    this.toldOf(item, say("photo.reading"));
    let canvas;
    try {
      canvas = await drawn(file);
    } catch {
      this.toldOf(item, say("photo.failed"));
      return;
    } finally {
      input.value = ""; // the original is let go of at once
    }
    const name = newName(item.dataset.item);
    if (!(await this.keepPhoto(name, canvas))) return;
    item.dataset.photo = name;
    await this.changed();
    await this.showPhoto(item);
    this.toldOf(item, say("photo.kept"));
  }

  async keepPhoto(name, canvas) {
    try {
      await this.store.savePhoto(this.form.id, name, await encoded(canvas), { width: canvas.width, height: canvas.height });
      return true;
    } catch (error) {
      this.notSaved(error);
      return false;
    }
  }

  toldOf(item, text) {
    this.photoBox(item).querySelector(".photo-told").textContent = text;
    this.tell(text);
  }

  photoBox(item) {
    let box = item.querySelector(".photo-box");
    if (!box) {
      box = document.getElementById("photo-pattern").content.firstElementChild.cloneNode(true);
      item.append(box);
      box.querySelector("[data-do=cover]").addEventListener("click", () => this.coverPhoto(item));
      box.querySelector("[data-do=drop]").addEventListener("click", () => this.dropPhoto(item));
    }
    return box;
  }

  async showPhoto(item, longest = PREVIEW) {
    const box = this.photoBox(item);
    const view = box.querySelector(".photo-view");
    const photo = item.dataset.photo ? await this.store.photo(this.form.id, item.dataset.photo) : null;
    box.querySelector(".photo-do").hidden = !photo;
    view.replaceChildren();
    if (!photo) {
      item.dataset.photo = ""; // an answer never names a photo that is not there
      return;
    }
    const canvas = await canvasOf(photo.blob, longest);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", say("photo.view"));
    view.append(canvas);
  }

  async coverPhoto(item) {
    const name = item.dataset.photo;
    const box = this.photoBox(item);
    await this.showPhoto(item, LONGEST_SIDE);
    const canvas = box.querySelector("canvas");
    const kept = async (bare) => this.keepPhoto(name, bare);
    new Cover(canvas, { kept, say, tell: (text) => this.toldOf(item, text) });
    this.toldOf(item, say("cover.help"));
    canvas.focus();
  }

  async dropPhoto(item) {
    await this.store.dropPhotos(this.form.id, [item.dataset.photo]);
    item.dataset.photo = "";
    await this.showPhoto(item);
    await this.changed();
    this.toldOf(item, say("photo.dropped"));
    item.querySelector("input[type=file]").focus();
  }

  // --- at the end ----------------------------------------------------------------------------

  // Returns { answers, problems }; problems are shown beside their fields, with links for a summary.
  async finish() {
    await this.changed();
    const { answers, problems } = this.filled;
    this.showProblems(problems);
    return { answers, links: problems.map((one) => this.linkOf(one)) };
  }

  showProblems(problems) {
    for (const old of this.place.querySelectorAll(".error.by-phone")) old.remove();
    for (const item of this.place.querySelectorAll(".wrong")) item.classList.remove("wrong");
    for (const input of this.place.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    for (const { code, path } of problems) this.showProblem(code, path);
  }

  showProblem(code, path) {
    const item = this.itemAt(path);
    if (!item) return;
    item.classList.add("wrong");
    const told = document.createElement("p");
    told.className = "error by-phone";
    told.id = `q-${nameOf(path)}-error`;
    told.textContent = this.sentence(code, path);
    (item.querySelector("legend, label") ?? item.firstElementChild).after(told);
    for (let round = item.closest("details"); round; round = round.parentElement.closest("details")) round.open = true;
    const described = item.matches("fieldset") ? item : item.querySelector("input, textarea");
    const ids = new Set((described?.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    described?.setAttribute("aria-describedby", [...ids.add(told.id)].join(" "));
    for (const input of item.querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea")) input.setAttribute("aria-invalid", "true");
  }

  itemAt(path) {
    const name = CSS.escape(nameOf(path));
    return this.place.querySelector(`[data-item][data-name="${name}"], section[data-name="${name}"]`);
  }

  sentence(code, path) {
    const { wrong, rules } = this.package;
    const part = rules.parts.find((one) => one.id === path.at(-1));
    if (code === "ANSWER_CONSTRAINT" && wrong[`constraint.${part?.id}`]) return wrong[`constraint.${part.id}`];
    if (code === "ANSWER_TYPE" && wrong[`type.${part?.type}`]) return wrong[`type.${part.type}`];
    return wrong[`code.${code}`] ?? (has(code) ? say(code) : code);
  }

  linkOf({ code, path }) {
    const item = this.itemAt(path);
    const question = item?.querySelector("legend span, label span, h2, h3, h4")?.textContent.trim() ?? "";
    const target = item?.querySelector("input:not([type=hidden]), textarea") ?? item;
    return { text: [question, this.sentence(code, path)].filter(Boolean).join(" – "), target };
  }
}

// A section that has to have rounds begins with that many.
function withLeast(rules, answers, given) {
  const found = structuredClone({ ...answers, ...given });
  for (const part of rules.parts) {
    if (part.type !== "rounds" || part.count || part.rounds.length || found[part.id]?.length) continue;
    if (part.atLeast > 0) found[part.id] = Array.from({ length: part.atLeast }, () => ({}));
  }
  return found;
}
