// Evaluates the cases of a file with the phone's interpreter and writes the values as JSON.
import { readFileSync } from "node:fs";
import { evaluate, UNKNOWN } from "../../src/convive/web/static/fieldwork/expressions.js";

const { today, now, cases } = JSON.parse(readFileSync(process.argv[2], "utf8"));

const isRounds = (x) => Array.isArray(x) && x.length > 0 && x.every((y) => y !== null && typeof y === "object" && !Array.isArray(y));

function under(answers, name) {
  if (Object.hasOwn(answers, name)) return isRounds(answers[name]) ? answers[name] : [answers[name]];
  for (const rounds of Object.values(answers).filter(isRounds)) {
    const below = rounds.map((round) => under(round, name));
    if (below.some((some) => some.length)) return below.flatMap((some) => (some.length ? some : [null]));
  }
  return [];
}

function shown(value) {
  if (value === UNKNOWN) return { unknown: true };
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

const found = cases.map((row) =>
  shown(
    evaluate(row.tree, {
      lookup: (name) => under(row.answers, name),
      this: row.this,
      today,
      now,
      isThreeValued: row.three_valued === true,
    }),
  ),
);
process.stdout.write(JSON.stringify(found));
