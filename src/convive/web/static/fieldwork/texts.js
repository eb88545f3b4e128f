// Sentences of the page in the reader's language, as the catalogue has them.

let texts = {};
let locale = "en-GB";

export function useTexts(entries, code) {
  texts = entries;
  // Plain "en" is American and plain "pt" Brazilian; a European town writes 14:32 and 1 234,5.
  locale = { en: "en-GB", pt: "pt-PT" }[code] ?? code;
}

// `say("photos", { n: 2 })`: plural forms as in the catalogue; a missing text is its key.
export function say(key, values = {}) {
  let entry = texts[key] ?? key;
  if (typeof entry === "object") {
    const n = Number(values[entry.plural]);
    let form = new Intl.PluralRules(locale).select(n);
    // French says "0 photo" in the singular, but nothing is not "une photo".
    if (form === "one" && Math.abs(n) !== 1 && !entry.one?.includes(`{${entry.plural}`)) form = "other";
    entry = entry[form] ?? entry.other;
  }
  return entry.replaceAll(/\{([a-z_]+)(?::[a-z0-9]+)?\}/g, (_, name) => shown(values[name]));
}

export const has = (key) => Object.hasOwn(texts, key);

const shown = (value) => (typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : String(value ?? "–"));

export function clock(moment) {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(new Date(moment));
}

export function dayAndClock(moment) {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  if (isToday) return clock(moment);
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" }).format(new Date(moment));
}
