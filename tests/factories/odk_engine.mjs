// Fills forms in with ODK's own engine, as a person with a field app would, and prints what it
// would send. Reads JSON lines from standard input: {"form": XForm, "answers": {...}} → one JSON
// line each: {"xml", "skipped", "violations", "files"} or {"error"}.
import { createInterface } from 'node:readline';
import { play } from './odk_player.mjs';

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  try {
    console.log(JSON.stringify(await play(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error?.stack ?? error) }));
  }
}
process.exit(0);
