// The small language of skip rules, constraints and calculations on the phone: reads the trees
// that `convive.core.instruments.expression` writes as JSON, and means the same (tested on the
// same cases). Values are text, number and true or false; with three truth values also UNKNOWN.

export const UNKNOWN = Symbol("unknown");

const NUMBER = /^[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*$/;
export const MOMENT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$/;
export const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$/;
const DAY = 86400;
const FIRST_DAY = -719162;
const LAST_DAY = 2932896;
const TOLERANCE = 1e-13;

// --- values -------------------------------------------------------------------------------

export function fromAnswer(answer) {
  if (answer === null || answer === undefined) return "";
  if (Array.isArray(answer)) return answer.join(" ");
  if (typeof answer !== "object") return answer;
  const parts = ["latitude", "longitude", "altitude", "accuracy"];
  return parts.map((key) => numberText(Number(answer[key] ?? 0))).join(" ");
}

export function numberText(value) {
  if (value === 0) return "0";
  const text = String(value);
  const found = /^(-?)([0-9]+)(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(text);
  if (!found) return text;
  const digits = found[2] + (found[3] || "");
  const point = found[2].length + Number(found[4]);
  if (point <= 0) return `${found[1]}0.${"0".repeat(-point)}${digits}`;
  return found[1] + digits.padEnd(point, "0");
}

export function toText(value) {
  return typeof value === "number" ? numberText(value) : String(value);
}

export function toNumber(value) {
  if (typeof value !== "string") return Number(value);
  return value.length <= 400 && NUMBER.test(value) ? Number(value) : days(value);
}

export function toTruth(value) {
  return typeof value === "string" ? value.length > 0 : Boolean(value);
}

function dayNumber(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && year >= 1 ? Math.round(date.getTime() / 1000 / DAY) : NaN;
}

function secondsOf(hours, minutes, seconds) {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds || 0)];
  return h > 23 || m > 59 || s > 59 ? NaN : h * 3600 + m * 60 + s;
}

function offsetSeconds(offset) {
  if (!offset || offset === "Z") return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  if (hours > 23 || minutes > 59) return NaN;
  return (hours * 3600 + minutes * 60) * (offset[0] === "-" ? -1 : 1);
}

// Days since 1970; a moment without offset as if in UTC.
function days(text) {
  const found = text.length <= 40 ? MOMENT.exec(text) : null;
  if (!found) return NaN;
  const whole = dayNumber(Number(found[1]), Number(found[2]), Number(found[3]));
  if (found[4] === undefined || Number.isNaN(whole)) return whole;
  return whole + (secondsOf(found[4], found[5], found[6]) - offsetSeconds(found[7])) / DAY;
}

function dateText(value) {
  if (typeof value === "string") return Number.isNaN(days(value)) ? "" : value.slice(0, 10);
  const day = Math.floor(toNumber(value));
  if (!(day >= FIRST_DAY && day <= LAST_DAY)) return "";
  return new Date(day * DAY * 1000).toISOString().slice(0, 10);
}

export function dayFraction(value) {
  let text = toText(value);
  if (text.length > 40) return NaN;
  if (text[10] === "T" && !Number.isNaN(days(text))) text = text.slice(11);
  const found = TIME.exec(text);
  return found ? secondsOf(found[1], found[2], found[3]) / DAY : NaN;
}

const words = (text) => text.split(/[ \t\r\n]+/).filter((word) => word);
export const trimmed = (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");

// --- operators ----------------------------------------------------------------------------

// The same but for rounding in the machine: 0.1 + 0.2 and 0.3.
function nearlyEqual(a, b) {
  if (a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

function equal(a, b) {
  if (typeof a === "boolean" || typeof b === "boolean") return toTruth(a) === toTruth(b);
  if (typeof a === "number" || typeof b === "number") return nearlyEqual(toNumber(a), toNumber(b));
  return a === b;
}

function compare(operator, left, right) {
  if (operator === "=" || operator === "!=") return equal(left, right) === (operator === "=");
  const [a, b] = [toNumber(left), toNumber(right)];
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  if (nearlyEqual(a, b)) return operator === "<=" || operator === ">=";
  return operator[0] === "<" ? a < b : a > b;
}

const COMPARISONS = new Set(["=", "!=", "<", "<=", ">", ">="]);
const ARITHMETIC = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  div: (a, b) => a / b,
  mod: (a, b) => a % b,
};

// A half is rounded away from zero; at most 15 digits count.
function rounded(value, places) {
  if (Number.isNaN(places)) return NaN;
  if (!Number.isFinite(value) || !Number.isFinite(places)) return value;
  const shift = Number(`1e${Math.max(-15, Math.min(15, Math.trunc(places)))}`);
  const scaled = Number((Math.abs(value) * shift).toPrecision(15));
  if (!Number.isFinite(scaled)) return value;
  return (Math.floor(scaled + 0.5) / shift) * (value < 0 ? -1 : 1);
}

function index(value) {
  const number = Math.trunc(toNumber(value));
  return Number.isNaN(number) ? 0 : Math.max(-1e9, Math.min(1e9, number));
}

const PLAIN = {
  true: () => true,
  false: () => false,
  boolean: toTruth,
  number: toNumber,
  string: toText,
  "string-length": (x) => [...toText(x)].length,
  concat: (...parts) => parts.map(toText).join(""),
  contains: (x, y) => toText(x).includes(toText(y)),
  "starts-with": (x, y) => toText(x).startsWith(toText(y)),
  substr: (x, start, end) => [...toText(x)].slice(index(start), end === undefined ? undefined : index(end)).join(""),
  selected: (x, code) => words(toText(x)).includes(trimmed(toText(code))),
  "count-selected": (x) => words(toText(x)).length,
  round: (x, places = 0) => rounded(toNumber(x), toNumber(places)),
  int: (x) => Math.trunc(toNumber(x)),
  abs: (x) => Math.abs(toNumber(x)),
  pow: (x, y) => Math.pow(toNumber(x), toNumber(y)),
  date: dateText,
  "decimal-date-time": toNumber,
  "decimal-time": dayFraction,
};

// --- evaluation ---------------------------------------------------------------------------

// context: { lookup(name) → array of answers, this, today, now, isThreeValued }; an answer that is
// asked and not given is null or undefined; what is not asked is not in the array.
export function evaluate(tree, context) {
  const [kind, first, second] = tree;
  switch (kind) {
    case "number":
    case "text":
      return first;
    case "name":
      return answer(context.lookup(first)[0], context);
    case "this":
      return answer(context.this, context);
    case "minus": {
      const value = evaluate(first, context);
      const isOpen = value === UNKNOWN || (context.isThreeValued && Number.isNaN(toNumber(value)));
      return isOpen ? UNKNOWN : -toNumber(value);
    }
    case "call":
      return call(first, tree.slice(2), context);
    case "and":
    case "or":
      return joined(kind === "or", first, second, context);
    default:
      return binary(kind, evaluate(first, context), evaluate(second, context), context);
  }
}

export function truth(tree, context) {
  const value = evaluate(tree, context);
  return value === UNKNOWN ? UNKNOWN : toTruth(value);
}

function answer(given, context) {
  const isMissing = given === null || given === undefined;
  return isMissing && context.isThreeValued ? UNKNOWN : fromAnswer(given);
}

function joined(decisive, first, second, context) {
  const left = truth(first, context);
  if (left === decisive) return decisive;
  const right = truth(second, context);
  if (right === decisive) return decisive;
  return left === UNKNOWN || right === UNKNOWN ? UNKNOWN : !decisive;
}

function binary(operator, left, right, context) {
  if (left === UNKNOWN || right === UNKNOWN) return UNKNOWN;
  if (COMPARISONS.has(operator)) {
    const isOpen = context.isThreeValued && (Number.isNaN(left) || Number.isNaN(right));
    return isOpen ? UNKNOWN : compare(operator, left, right);
  }
  const result = ARITHMETIC[operator](toNumber(left), toNumber(right));
  return context.isThreeValued && !Number.isFinite(result) ? UNKNOWN : result;
}

function call(name, parts, context) {
  if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name](parts, context);
  const given = parts.map((part) => evaluate(part, context));
  if (given.includes(UNKNOWN)) return UNKNOWN;
  const result = PLAIN[name](...given);
  return context.isThreeValued && Number.isNaN(result) ? UNKNOWN : result;
}

// All that the arguments stand for: of a name every round, of the rest the value.
function nodes(parts, context) {
  return parts.flatMap((part) =>
    part[0] === "name"
      ? Array.from(context.lookup(part[1]), (given) => answer(given, context))
      : [evaluate(part, context)],
  );
}

const overNumbers = (reduce) => (parts, context) => {
  const found = nodes(parts, context);
  if (found.includes(UNKNOWN)) return UNKNOWN;
  const result = found.length ? reduce(found.map(toNumber)) : reduce([]);
  return context.isThreeValued && Number.isNaN(result) ? UNKNOWN : result;
};

const SPECIAL = {
  if(parts, context) {
    const condition = truth(parts[0], context);
    if (condition !== UNKNOWN) return evaluate(parts[condition ? 1 : 2], context);
    const [first, second] = [evaluate(parts[1], context), evaluate(parts[2], context)];
    return first === second ? first : UNKNOWN;
  },
  not(parts, context) {
    const value = truth(parts[0], context);
    return value === UNKNOWN ? UNKNOWN : !value;
  },
  coalesce(parts, context) {
    const first = evaluate(parts[0], context);
    return first === UNKNOWN || first === "" || Number.isNaN(first) ? evaluate(parts[1], context) : first;
  },
  count: (parts, context) => context.lookup(parts[0][1]).length,
  "count-non-empty": (parts, context) =>
    nodes(parts, context).filter((value) => value !== "" && value !== UNKNOWN).length,
  sum: overNumbers((found) => found.reduce((total, value) => total + value, 0)),
  min: overNumbers((found) => (found.length ? Math.min(...found) : NaN)),
  max: overNumbers((found) => (found.length ? Math.max(...found) : NaN)),
  today: (_, context) => answer(context.today, context),
  now: (_, context) => answer(context.now, context),
};
