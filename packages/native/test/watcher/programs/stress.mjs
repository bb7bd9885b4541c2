/**
 * No wake is missed: two processes commit in rounds; after each, every subscriber (two in this
 * process, one in another) must have been woken to the final state within the bound.
 * Arguments: backend, commits, pollMs, [seed]. Prints one line of JSON.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { Random } from './random.mjs';
import { watchTotal } from './watch-total.mjs';

const BOUND_MS = 150;
const GIVEN_UP_MS = 5000;
/** Each so many rounds a single commit comes after a pause, when no earlier one is looked after any more. */
const PAUSE_EACH = 25;
const PAUSE_MS = 800;
const [backend, commits, pollMs, seed = String(Date.now() % 1e9)] = process.argv.slice(2);
const random = new Random(Number(seed));

const directory = mkdtempSync(join(tmpdir(), 'honker-stress-'));
const path = join(directory, 'a.db');
const db = new Database(path);
db.exec('CREATE TABLE bulk (i, text); CREATE TABLE progress (writer INTEGER PRIMARY KEY, n)');
db.exec('INSERT INTO progress VALUES (0, 0), (1, 0)');
db.close();

function program(name, ...args) {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), [path, ...args]);
  // Its answer would be awaited for ever.
  child.once('exit', (code) => {
    if (code !== 0) process.exit(1);
  });
  return child;
}

/** What a subscriber has seen, and when. */
class Subscriber {
  total = 0;
  at = 0n;
  changed = () => undefined;

  see(total, at) {
    this.total = total;
    this.at = BigInt(at);
    this.changed();
  }

  /** Resolves to whether it saw the total in time. */
  async reach(total) {
    let timer;
    const givenUp = new Promise((resolve) => {
      timer = setTimeout(resolve, GIVEN_UP_MS);
    });
    const reached = (async () => {
      while (this.total !== total) {
        await new Promise((resolve) => {
          this.changed = resolve;
        });
      }
    })();
    await Promise.race([reached, givenUp]);
    clearTimeout(timer);
    return this.total === total;
  }
}

const options = { backend, pollMs: Number(pollMs) };
const subscribers = [new Subscriber(), new Subscriber(), new Subscriber()];
const [first, second, elsewhere] = subscribers;
const ends = [first, second].map((each) =>
  watchTotal(path, options, (total, at) => each.see(total, at)),
);
const observer = program('stress-observer.mjs', backend, pollMs);
await once(observer, 'message');
observer.on('message', ({ total, at }) => elsewhere.see(total, at));
const writers = [program('stress-writer.mjs', '0'), program('stress-writer.mjs', '1')];
await Promise.all(writers.map((writer) => once(writer, 'message')));

const rollbackModes = ['delete', 'truncate', 'persist', 'memory', 'off'];
const result = {
  backend,
  seed,
  commits: 0,
  rounds: 0,
  missed: 0,
  late: 0,
  slowestMs: 0,
  big: 20_000,
};
while (result.commits < Number(commits)) {
  // From WAL there is no way back while somebody watches: first one half, then the other.
  const modes = result.commits < Number(commits) * 0.4 ? rollbackModes : ['wal'];
  const alone = result.rounds % PAUSE_EACH === PAUSE_EACH - 1;
  if (alone) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (1 + random.next())));
  const answers = (alone ? [random.pick(writers)] : writers).map(async (writer) => {
    const round = {
      seed: Math.floor(random.next() * 2 ** 31),
      commits: alone ? 1 : 1 + Math.floor(random.next() ** 3 * 60),
      modes,
      bigRows: result.big,
    };
    result.commits += round.commits;
    const answer = once(writer, 'message');
    writer.send(round);
    return BigInt((await answer)[0].at);
  });
  const ended = await Promise.all(answers);
  const last = ended.reduce((latest, at) => (at > latest ? at : latest));
  result.rounds++;
  for (const subscriber of subscribers) {
    const tookMs = (await subscriber.reach(result.commits))
      ? Number(subscriber.at - last) / 1e6
      : Number.POSITIVE_INFINITY;
    if (tookMs === Number.POSITIVE_INFINITY) result.missed++;
    else if (tookMs > BOUND_MS) result.late++;
    result.slowestMs = Math.max(result.slowestMs, Math.min(tookMs, GIVEN_UP_MS));
  }
  if (result.missed > 3) break;
}

for (const child of [observer, ...writers]) child.disconnect();
for (const end of ends) end();
rmSync(directory, { recursive: true });
console.log(JSON.stringify({ ...result, slowestMs: Number(result.slowestMs.toFixed(1)) }));
