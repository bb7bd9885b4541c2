// Waits for work in every way, tells the code of each error that ends one, closes, and comes to its end.
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { open } from '@honker/core';

const db = open(process.argv[2]);
// Holds a job when the file goes.
const [held] = db.queue('work', { visibilityTimeoutS: 1 }).claimBatch('survivor', 1);

async function exhaust(events) {
  for await (const _ of events);
}

const ends = [
  exhaust(db.queue('none').claim('survivor')),
  once(
    db.queue('none').work(() => {}),
    'error',
  ).then(([error]) => Promise.reject(error)),
  exhaust(db.stream('none').subscribe('survivor')),
  exhaust(db.listen('none')),
  exhaust(db.updateEvents()),
  db.scheduler().run(),
  db.runTasks(),
].map((end) => end.catch((error) => error.code ?? String(error)));
// Each has looked, and waits, when these have passed.
for (let turns = 0; turns < 20; turns++) await setImmediate();
process.send({ held: held?.id });
process.send(await Promise.all(ends));
db.close();
process.disconnect();
