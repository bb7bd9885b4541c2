// Runs the scheduler until it is stopped or killed.
import { openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom] = process.argv;
const db = openDoomed(path, Number(doom));
const controller = new AbortController();
const run = db.scheduler().run({ signal: controller.signal });
untilStopped(async () => {
  controller.abort();
  await run;
  db.close();
});
process.send('ready');
await run;
