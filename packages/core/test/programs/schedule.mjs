// Runs the scheduler until it is told to stop, or killed.
import { open } from '@honker/core';

const db = open(process.argv[2]);
const controller = new AbortController();
process.once('message', () => controller.abort());
const run = db.scheduler().run({ signal: controller.signal });
process.send('running');
await run;
db.close();
process.disconnect();
