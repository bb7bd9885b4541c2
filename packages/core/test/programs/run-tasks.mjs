// Runs the task `add` until it is told to stop.
import { open } from '@honker/core';

const db = open(process.argv[2]);
db.task('add', (a, b) => a + b, { queue: 'math' });
const controller = new AbortController();
process.once('message', () => controller.abort());
process.send('running');
await db.runTasks({ signal: controller.signal });
db.close();
process.disconnect();
