// ODK's own engine, set up for Node: `play` fills a form in as a person with a field app would.
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

// The engine is bundled for browsers: it expects a document and, from its bundler, CommonJS names.
globalThis.__dirname = process.cwd();
globalThis.__filename = `${process.cwd()}/engine.js`;
globalThis.require = createRequire(import.meta.url);
const { window } = new JSDOM('<!doctype html>');
globalThis.window = window;
for (const name of ['document', 'DOMParser', 'XMLSerializer', 'Node', 'Element', 'Attr', 'Document',
  'XMLDocument', 'XPathResult', 'XPathEvaluator', 'XPathExpression', 'Text', 'Comment', 'CDATASection',
  'NodeFilter', 'NodeList', 'HTMLElement', 'File', 'FileReader', 'Blob', 'FormData']) {
  if (window[name] !== undefined) globalThis[name] = window[name];
}
const { loadForm } = await import('@getodk/xforms-engine');

const refuseFiles = async () => new Response('', { status: 404 });

const localName = (node) => node.currentState.reference.split('/').pop().replace(/\[\d+\]$/, '');

// Field apps write seconds and thousandths behind a time; positions go in as their text does.
function valueFor(type, answer) {
  if (type === 'time' && /^\d\d:\d\d$/.test(answer)) return `${answer}:00.000`;
  if (type !== 'geopoint') return answer;
  const { latitude, longitude, altitude, accuracy } = answer;
  if (altitude === undefined && accuracy === undefined) return `${latitude} ${longitude}`;
  return `${latitude} ${longitude} ${altitude ?? 0} ${accuracy ?? 0}`;
}

function setValue(node, answer, files) {
  switch (node.nodeType) {
    case 'select':
      node.selectValues(Array.isArray(answer) ? answer : [answer]);
      break;
    case 'upload': {
      const file = new File(['x'], answer, { type: 'image/jpeg' });
      files.push(answer);
      node.setValue(file);
      break;
    }
    case 'trigger':
      node.setValue(true);
      break;
    default:
      node.setValue(valueFor(node.valueType, answer));
  }
}

// Several passes: an answer may open a question above it, or a number may add rounds below it.
let filled = new Set();

function fillOnce(node, answers, files) {
  let changed = 0;
  for (const child of node.currentState.children ?? []) {
    const name = localName(child);
    if (!child.currentState.relevant) continue;
    if (child.nodeType.startsWith('repeat-range')) {
      changed += fillRounds(child, answers[name] ?? [], files);
    } else if (child.currentState.children) {
      changed += fillOnce(child, answers, files);
    } else if (name in answers && !filled.has(child) && isAnswered(child)) {
      setValue(child, answers[name], files);
      filled.add(child);
      changed += 1;
    }
  }
  return changed;
}

const isAnswered = (node) => !['model-value', 'note'].includes(node.nodeType);

function fillRounds(range, rounds, files) {
  let changed = 0;
  if (range.nodeType === 'repeat-range:uncontrolled') {
    while (range.currentState.children.length < rounds.length) {
      range.addInstances();
      changed += 1;
    }
    while (range.currentState.children.length > rounds.length) {
      range.removeInstances(range.currentState.children.length - 1);
      changed += 1;
    }
  }
  range.currentState.children.forEach((round, index) => {
    changed += fillOnce(round, rounds[index] ?? {}, files);
  });
  return changed;
}

function skippedIn(node, found = []) {
  for (const child of node.currentState.children ?? []) {
    if (!child.currentState.relevant) found.push(child.currentState.reference);
    else skippedIn(child, found);
  }
  return found;
}

function valuesIn(node, found = {}) {
  for (const child of node.currentState.children ?? []) {
    if (child.currentState.children) valuesIn(child, found);
    else found[child.currentState.reference] = String(child.currentState.instanceValue ?? '');
  }
  return found;
}

// `fetchFile` gives the files of the manifest.
export async function play({ form, answers }, fetchFile = refuseFiles) {
  const loaded = await loadForm(form, { fetchFormAttachment: fetchFile });
  if (loaded.status === 'failure') throw new Error(String(loaded.error?.message ?? loaded.error));
  const { root } = loaded.createInstance();
  const files = [];
  filled = new Set();
  for (let pass = 0; pass < 30 && fillOnce(root, answers ?? {}, files) > 0; pass += 1);
  const violations = root.validationState.violations.map((one) => ({
    reference: one.reference, condition: one.violation?.condition,
  }));
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' });
  const xml = await payload.data[0].get('xml_submission_file').text();
  const warnings = loaded.status === 'warning' ? loaded.warnings.map(String) : [];
  return { xml, skipped: skippedIn(root), values: valuesIn(root), violations, files, warnings };
}
