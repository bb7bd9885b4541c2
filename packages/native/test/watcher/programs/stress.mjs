/**
 * No wake is missed: two processes commit in rounds; after each, every subscriber (two in this
 * process, one in another) must have been woken to the final state within the bound. What their threads
 * were ready to run and had no core for isn't counted: that is the machine's, and would fail any watcher.
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
import { threadsOf, withheldNs } from './withheld.mjs';

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

/** What a subscriber has seen, when, and what its threads had been kept waiting for until then. */
class Subscriber {
  total = 0;
  at = 0n;
  withheld = 0n;
  changed = () => undefined;

  constructor(watching) {
    this.watching = watching;
  }

  see(total, at, withheld) {
    this.total = total;
    this.at = BigInt(at);
    this.withheld = BigInt(withheld);
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
/** The threads of the two processes that watch. */
const watching = [];
const [first, second, elsewhere] = [0, 0, 1].map((each) => new Subscriber(each));
const subscribers = [first, second, elsewhere];
const ends = [];
watching[0] = threadsOf(() => {
  for (const each of [first, second]) {
    ends.push(
      watchTotal(path, options, (total, at) => each.see(total, at, withheldNs(watching[0]))),
    );
  }
});
const observer = program('stress-observer.mjs', backend, pollMs);
[watching[1]] = await once(observer, 'message');
observer.on('message', ({ total, at, withheld }) => elsewhere.see(total, at, withheld));
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
  withheldMs: 0,
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
      watching,
    };
    result.commits += round.commits;
    const answer = once(writer, 'message');
    writer.send(round);
    const [{ at, withheld }] = await answer;
    return { at: BigInt(at), withheld: withheld.map(BigInt) };
  });
  const ended = await Promise.all(answers);
  const last = ended.reduce((latest, each) => (each.at > latest.at ? each : latest));
  result.rounds++;
  for (const subscriber of subscribers) {
    const reached = await subscriber.reach(result.commits);
    const withheldMs = Number(subscriber.withheld - last.withheld[subscriber.watching]) / 1e6;
    const tookMs = Number(subscriber.at - last.at) / 1e6 - Math.max(0, withheldMs);
    if (!reached) result.missed++;
    else if (tookMs > BOUND_MS) result.late++;
    if (reached) result.slowestMs = Math.max(result.slowestMs, tookMs);
    result.withheldMs = Math.max(result.withheldMs, withheldMs);
  }
  if (result.missed > 3) break;
}

for (const child of [observer, ...writers]) child.disconnect();
for (const end of ends) end();
rmSync(directory, { recursive: true });
const rounded = (ms) => Number(ms.toFixed(1));
console.log(
  JSON.stringify({
    ...result,
    slowestMs: rounded(result.slowestMs),
    withheldMs: rounded(result.withheldMs),
  }),
);
