// Reads pages as JSON ([{name, kind, html}, …]) from standard input and writes what html-validate
// finds in them. Nothing of its rules for standards and accessibility is off, but for one page.
import { readFileSync } from "node:fs";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const base = { root: true, extends: ["html-validate:standard", "html-validate:a11y"] };
// The phone page of a walk holds patterns that its script fills before they are shown: a heading,
// the name of its part of the page, a button. Its form is finished by a button that stands behind
// it, so that Enter does not end a stop. Axe looks at the filled page in test_walk_page.
const filledByScript = {
  "unique-landmark": "off",
  "empty-heading": "off",
  "text-content": "off",
  "wcag/h32": "off",
};
const checker = (rules) => new HtmlValidate(new StaticConfigLoader({ ...base, rules }));
const strict = checker({});
const lenient = checker(filledByScript);

const found = [];
for (const { name, kind, html } of JSON.parse(readFileSync(0, "utf-8"))) {
  const report = await (kind === "walk" ? lenient : strict).validateString(html, name);
  for (const { messages } of report.results) {
    for (const { ruleId, message, line } of messages) {
      found.push({ page: name, rule: ruleId, message, line });
    }
  }
}
process.stdout.write(JSON.stringify(found));
