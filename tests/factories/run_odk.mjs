// Loads an XForm in the engine of ODK Web Forms and writes the calculated texts as JSON.
// argv: the form, the folder of node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = join(process.argv[3], "x.js");
const require = createRequire(modules);
globalThis.__dirname = process.argv[3];
globalThis.__filename = modules;
globalThis.require = require;
const { JSDOM } = require("jsdom");
const window = new JSDOM("<!doctype html>").window;
for (const name of ["window", "document", "DOMParser", "XMLSerializer", "Node", "Element", "Attr", "Document",
  "XMLDocument", "XPathResult", "XPathEvaluator", "Text", "Comment", "CDATASection", "ProcessingInstruction",
  "CharacterData", "NodeList", "NodeFilter", "DocumentFragment"]) {
  globalThis[name] ??= name === "window" ? window : window[name];
}
const engine = new URL(`file://${join(process.argv[3], "@getodk/xforms-engine/dist/index.js")}`);
const { loadForm } = await import(engine);
const form = await loadForm(readFileSync(process.argv[2], "utf8"), { fetchFormAttachment: async () => new Response("") });
if (form.status === "failure") throw form.error;
const root = (await form.createInstance()).root;
const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
const file = payload.data[0].get("xml_submission_file");
const xml = await file.text();
const found = new window.DOMParser().parseFromString(xml, "text/xml");
const out = {};
for (const node of found.querySelectorAll("out")) out[node.parentNode.nodeName] = node.textContent;
process.stdout.write(JSON.stringify(out));
process.exit(0);
