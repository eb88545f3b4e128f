// Fills the forms of a file with the phone's code and writes what came out as JSON.
import { readFileSync } from "node:fs";
import { fill } from "../../src/convive/web/static/fieldwork/filling.js";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
process.stdout.write(JSON.stringify(cases.map(({ form, answers, options }) => fill(form, answers, options))));
