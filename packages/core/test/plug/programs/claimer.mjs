// Claims jobs by hand; what a job leads to and its ack commit together. Until it is stopped or killed.
import { handleInside, me, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom] = process.argv;
const db = openDoomed(path, Number(doom));
const controller = new AbortController();
untilStopped(() => controller.abort());
process.send('ready');
const queue = db.queue('work', { visibilityTimeoutS: 1 });
for await (const job of queue.claim(me, { signal: controller.signal })) {
  handleInside(db, job);
  process.send('handled');
}
db.close();
