// A field app made of ODK's own engine: lists the forms of a server, downloads one, fills it in
// and sends it, over HTTP. Reads one JSON from standard input: {"base", "formID", "answers",
// "photos": {name: base64}} and prints {"status", "again", "xml", "warnings", "message"}.
const native = { FormData, Blob, File };
const { play } = await import('./odk_player.mjs');

async function readInput() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
}

async function get(url) {
  const response = await fetch(`${url}${url.includes('?') ? '&' : '?'}deviceID=collect%3Anode`);
  if (response.status !== 200) throw new Error(`${response.status} ${url}`);
  return response;
}

const parsed = (text) => new DOMParser().parseFromString(text, 'text/xml');
const textOf = (node, name) => node.getElementsByTagName(name)[0]?.textContent ?? '';

async function filesOf(manifestUrl) {
  if (!manifestUrl) return {};
  const nodes = [...parsed(await (await get(manifestUrl)).text()).getElementsByTagName('mediaFile')];
  return Object.fromEntries(nodes.map((node) => [textOf(node, 'filename'), textOf(node, 'downloadUrl')]));
}

function bodyOf(xml, photos, names) {
  const body = new native.FormData();
  body.append('xml_submission_file', new native.Blob([xml], { type: 'text/xml' }), 'submission.xml');
  for (const name of names) body.append(name, new native.Blob([photos[name]], { type: 'image/jpeg' }), name);
  return body;
}

async function send(base, body) {
  const head = await fetch(`${base}/submission`, { method: 'HEAD' });
  if (head.status !== 204) throw new Error(`HEAD ${head.status}`);
  const response = await fetch(`${base}/submission`, { method: 'POST', body });
  return { status: response.status, message: textOf(parsed(await response.text()), 'message') };
}

const { base, formID, answers, photos: packed } = await readInput();
const photos = Object.fromEntries(
  Object.entries(packed ?? {}).map(([name, data]) => [name, new Uint8Array(Buffer.from(data, 'base64'))]),
);
const list = parsed(await (await get(`${base}/formList`)).text());
const listed = [...list.getElementsByTagName('xform')].find((node) => textOf(node, 'formID') === formID);
const form = await (await get(textOf(listed, 'downloadUrl'))).text();
const files = await filesOf(textOf(listed, 'manifestUrl'));
const fetchFile = async (url) => {
  const name = String(url).split('/').pop();
  return name in files ? get(files[name]) : new Response('', { status: 404 });
};
const played = await play({ form, answers }, fetchFile);
const first = await send(base, bodyOf(played.xml, photos, played.files));
const second = await send(base, bodyOf(played.xml, photos, played.files));
console.log(JSON.stringify({
  status: first.status, message: first.message, again: second.status,
  xml: played.xml, warnings: played.warnings, violations: played.violations,
}));
process.exit(0);
