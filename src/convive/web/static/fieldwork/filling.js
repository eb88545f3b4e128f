// What is asked, what is computed and which answers can stand, on the phone and without a
// network: the same as `convive.core.instruments.filling`, tested on the same forms. The form is
// what `convive.core.instruments.form_rules` writes.

import { evaluate, dayFraction, toNumber, trimmed, truth, MOMENT, TIME } from "./expressions.js";

const MOST_ROUNDS = 2000;
const MOST_PROBLEMS = 1000;
const LONGEST_TEXT = 10000;
const LONGEST_NAME = 200;
const LONGEST_LIST = 1000;
const LARGEST = 1e15;
// eslint-disable-next-line no-control-regex -- what XML cannot hold
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;
// eslint-disable-next-line no-control-regex
const FILE_NAME = /^[^/\\:\u0000-\u001f\u007f\ud800-\udfff.][^/\\:\u0000-\u001f\u007f\ud800-\udfff]*$/u;
const POSITION = { latitude: [-90, 90], longitude: [-180, 180], altitude: [-12000, 100000], accuracy: [0, 1e8] };

// --- one answer -----------------------------------------------------------------------------

const isMapping = (raw) => typeof raw === "object" && raw !== null && !Array.isArray(raw);
const own = (mapping, key) => (Object.hasOwn(mapping, key) ? mapping[key] : undefined);
const isNumber = (raw) => typeof raw === "number" && Number.isFinite(raw);
const length = (text) => (text.length > LONGEST_TEXT || text.length > LONGEST_NAME ? [...text].length : text.length);

function isBlank(raw) {
  if (typeof raw === "string") return trimmed(raw.slice(0, 2 * LONGEST_TEXT)) === "";
  if (raw === null || raw === undefined) return true;
  return typeof raw === "object" && Object.keys(raw).length === 0;
}

function text(raw) {
  if (typeof raw !== "string" || length(raw) > LONGEST_TEXT) return null;
  return trimmed(raw.replaceAll("\r\n", "\n").replace(NOT_XML, "")) || null;
}

function day(raw) {
  const isDate = typeof raw === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(raw);
  return isDate && !Number.isNaN(toNumber(raw)) ? raw : null;
}

function time(raw) {
  if (typeof raw !== "string" || raw.length > 40 || Number.isNaN(dayFraction(raw))) return null;
  const found = TIME.exec(raw);
  if (!found) return null;
  return `${found[1]}:${found[2]}${found[3] && found[3] !== "00" ? `:${found[3]}` : ""}`;
}

function moment(raw) {
  const found = typeof raw === "string" && raw.length <= 40 ? MOMENT.exec(raw) : null;
  if (!found || found[4] === undefined || Number.isNaN(toNumber(raw))) return null;
  let offset = (found[7] || "").replace("Z", "+00:00");
  if (offset && !offset.includes(":")) offset = `${offset.slice(0, 3)}:${offset.slice(3)}`;
  return `${raw.slice(0, 16)}:${found[6] || "00"}${offset}`;
}

function position(raw) {
  if (!isMapping(raw)) return null;
  const found = {};
  for (const [key, [low, high]] of Object.entries(POSITION)) {
    const value = own(raw, key);
    const isOptional = key === "altitude" || key === "accuracy";
    if ((value === null || value === undefined) && isOptional) continue;
    if (!isNumber(value) || value < low || value > high) return null;
    found[key] = value;
  }
  return found;
}

const READERS = {
  integer: (raw) => (Number.isSafeInteger(raw) ? raw : null),
  decimal: (raw) => (isNumber(raw) && Math.abs(raw) <= LARGEST ? raw : null),
  text,
  date: day,
  time,
  datetime: moment,
  position,
  photo: (raw) => (typeof raw === "string" && length(raw) <= LONGEST_NAME && FILE_NAME.test(raw) ? raw : null),
  note: () => null,
  calculated: () => null,
};

function choices(raw, codes) {
  const isList = Array.isArray(raw) && raw.length <= LONGEST_LIST && raw.every((code) => typeof code === "string");
  if (!isList) return [null, "ANSWER_TYPE"];
  if (!raw.every((code) => codes.includes(code))) return [null, "ANSWER_CHOICE"];
  return [codes.filter((code) => raw.includes(code)), ""];
}

// The answer as it is kept, and the code of what is wrong with it.
export function clean(part, raw) {
  if (isBlank(raw)) return [null, ""];
  if (part.type === "choices") return choices(raw, part.codes);
  if (part.type === "choice") {
    if (typeof raw !== "string") return [null, "ANSWER_TYPE"];
    return part.codes.includes(raw) ? [raw, ""] : [null, "ANSWER_CHOICE"];
  }
  const value = READERS[part.type](raw);
  return [value, value === null ? "ANSWER_TYPE" : ""];
}

// A computed value as it is kept: true is 1, false 0; null where there is none.
function calculated(value) {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return (length(value) > LONGEST_TEXT ? [...value].slice(0, LONGEST_TEXT).join("") : value) || null;
  return Number.isNaN(value) || Math.abs(value) > 1e300 ? null : value + 0;
}

// --- the form -------------------------------------------------------------------------------

function newRound(level, parent, path, given) {
  return { level, parent, path, given, asked: {}, values: {}, rounds: {}, wrong: {} };
}

class Filling {
  constructor(form, options) {
    this.form = form;
    this.options = options;
    this.parts = new Map(form.parts.map((part) => [part.id, part]));
    this.at = new Map([["", []]]);
    this.atLevel = new Map([["", []]]);
    for (const part of form.parts) {
      if (part.type === "rounds") {
        this.at.set(part.id, []);
        this.atLevel.set(part.id, []);
      }
      if (part.type !== "group") this.atLevel.get(levelOf(part)).push(part);
    }
    this.nRounds = 0;
    this.problems = [];
  }

  open(round) {
    this.at.get(round.level).push(round);
    this.nRounds += 1;
  }

  context(round, current) {
    const { today, now } = this.options;
    return { lookup: (name) => this.seen(round, name), this: current, today, now: now ?? `${today}T00:00:00` };
  }

  // Answers under a name, seen from a round: its own, then those around it; from outside all.
  seen(round, name) {
    const part = this.parts.get(name);
    if (!part || part.type === "group") return [];
    const around = round.level ? [...this.parts.get(round.level).rounds, round.level] : [];
    let shared = 0;
    while (shared < Math.min(around.length, part.rounds.length) && around[shared] === part.rounds[shared]) shared += 1;
    let start = round;
    for (let up = around.length; up > shared; up -= 1) start = start.parent;
    let found = [start];
    for (const section of part.rounds.slice(shared)) found = found.flatMap((each) => each.rounds[section] ?? []);
    if (part.type === "rounds") return found.flatMap((each) => (each.rounds[name] ?? []).map(() => ""));
    return found.filter((each) => each.asked[name]).map((each) => each.values[name]);
  }

  settle(part, round) {
    const isOpen = !part.parent || part.parent === round.level || round.asked[part.parent];
    const asked = isOpen && (!part.relevant || truth(part.relevant, this.context(round)) === true);
    round.asked[part.id] = Boolean(asked);
    if (!asked || part.type === "group") return;
    if (part.type === "rounds") this.openRounds(part, round);
    else this.answer(part, round);
  }

  answer(part, round) {
    if (part.calculation) {
      round.values[part.id] = calculated(evaluate(part.calculation, this.context(round)));
      return;
    }
    let raw = own(round.given, part.id);
    if (this.options.defaults && isBlank(raw)) raw = part.default;
    const [value, wrong] = clean(part, raw);
    round.values[part.id] = value;
    if (wrong) round.wrong[part.id] = wrong;
  }

  openRounds(part, round) {
    let given = own(round.given, part.id) ?? [];
    if (!Array.isArray(given)) {
      round.wrong[part.id] = "ANSWER_TYPE";
      given = [];
    }
    let [least, most] = [part.atLeast, Math.max(0, part.atMost)];
    if (part.count) {
      const wanted = evaluate(part.count, this.context(round));
      const number = typeof wanted === "boolean" ? 0 : toNumber(wanted);
      least = most = Math.max(0, Math.min(most, Number.isNaN(number) ? 0 : Math.trunc(Math.max(0, number))));
    }
    const n = Math.min(Math.max(given.length, part.count ? least : 0), most, Math.max(0, MOST_ROUNDS - this.nRounds));
    if (n < given.length || n < least) round.wrong[part.id] ??= "ANSWER_ROUNDS";
    round.rounds[part.id] = Array.from({ length: n }, (_, index) => {
      const raw = index < given.length ? given[index] : {};
      const inner = newRound(part.id, round, [...round.path, part.id, index], isMapping(raw) ? raw : {});
      if (!isMapping(raw)) inner.wrong[""] = "ANSWER_TYPE";
      this.open(inner);
      return inner;
    });
  }

  add(code, path) {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ code, path });
  }

  report(round) {
    if (round.wrong[""]) this.add(round.wrong[""], round.path);
    const parts = this.atLevel.get(round.level);
    for (const part of parts) {
      if (!round.asked[part.id]) this.notAsked(part, round);
      else if (part.type === "rounds") this.reportRounds(part, round);
      else this.reportItem(part, round);
    }
    const known = new Set(parts.map((part) => part.id));
    for (const key of Object.keys(round.given)) {
      if (!known.has(key)) this.add("ANSWER_UNKNOWN", [...round.path, /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(key) ? key : "?"]);
    }
  }

  notAsked(part, round) {
    const isGiven = part.type !== "calculated" && !isBlank(own(round.given, part.id));
    if (this.options.strict && isGiven) this.add("ANSWER_NOT_ASKED", [...round.path, part.id]);
  }

  reportItem(part, round) {
    const [path, value] = [[...round.path, part.id], round.values[part.id]];
    if (round.wrong[part.id]) this.add(round.wrong[part.id], path);
    else if (value === null) {
      if (part.required && part.type !== "note" && part.type !== "calculated") this.add("ANSWER_REQUIRED", path);
    } else if (part.constraint && truth(part.constraint, this.context(round, value)) !== true) {
      this.add("ANSWER_CONSTRAINT", path);
    }
  }

  reportRounds(part, round) {
    if (round.wrong[part.id]) this.add(round.wrong[part.id], [...round.path, part.id]);
    for (const each of round.rounds[part.id]) this.report(each);
  }

  kept(round) {
    const found = {};
    for (const part of this.atLevel.get(round.level)) {
      const inner = round.rounds[part.id] ?? [];
      const value = round.values[part.id] ?? null;
      if (inner.length) found[part.id] = inner.map((each) => this.kept(each));
      else if (part.type !== "rounds" && value !== null) found[part.id] = value;
    }
    return found;
  }

  asked(round) {
    const here = Object.keys(round.asked).filter((name) => round.asked[name]).map((name) => [...round.path, name]);
    const inner = Object.values(round.rounds).flat();
    return [...here, ...inner.flatMap((each) => [each.path, ...this.asked(each)])];
  }
}

const levelOf = (part) => part.rounds.at(-1) ?? "";

// options: { today: "2026-11-21", now, strict, defaults }
// Returns { answers, asked, problems, isComplete }; a path is ["stops", 2, "lighting"].
export function fill(form, answers, options) {
  const work = new Filling(form, options);
  const root = newRound("", null, [], isMapping(answers) ? answers : {});
  work.open(root);
  for (const id of form.order) {
    const part = work.parts.get(id);
    for (const round of [...work.at.get(levelOf(part))]) work.settle(part, round);
  }
  if (!isMapping(answers)) work.add("ANSWER_TYPE", []);
  work.report(root);
  return {
    answers: work.kept(root),
    asked: work.asked(root),
    problems: work.problems,
    isComplete: work.problems.length === 0,
  };
}
