/**
 * Commits in rounds, with gaps and with everything else that a SQLite connection does to its file.
 * Arguments: database, number of this writer. A message { seed, commits, modes, bigRows, watching } is a
 * round; the answer is { at, withheld }: the moment after its last commit, and what the watching threads, a
 * list for each process, had been kept waiting for until then, in ns.
 */
import Database from 'better-sqlite3';
import { Random } from './random.mjs';
import { withheldNs } from './withheld.mjs';

const [path, writer] = process.argv.slice(2);
const nobody = new Int32Array(new SharedArrayBuffer(4));
const sleepMs = (ms) => Atomics.wait(nobody, 0, 0, ms);

let db;
function open() {
  db = new Database(path, { timeout: 30_000 });
  db.pragma('cache_size = 50'); // a big transaction spills before it commits
}
open();

/** SQLite refuses it at once, whatever the timeout, where another connection is just looking. */
function switchTo(mode) {
  if (db.pragma('journal_mode', { simple: true }) === mode) return;
  const givenUpAt = Date.now() + 30_000;
  for (;;) {
    try {
      db.pragma(`journal_mode = ${mode}`);
      return;
    } catch (error) {
      if (error.code !== 'SQLITE_BUSY' || Date.now() > givenUpAt) throw error;
      sleepMs(1);
    }
  }
}

function settle({ modes }, random) {
  switchTo(random.pick(modes));
  db.pragma(`synchronous = ${random.pick(['NORMAL', 'FULL'])}`);
}

function disturb(round, random) {
  const kind = random.next();
  if (kind < 0.03) {
    db.pragma(`wal_checkpoint(${random.pick(['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'])})`);
  } else if (kind < 0.033) {
    db.exec('VACUUM');
  } else if (kind < 0.043) {
    db.exec(`CREATE TABLE u${writer} (x); DROP TABLE u${writer}`);
  } else if (kind < 0.053) {
    db.close();
    open();
    settle(round, random);
  } else if (kind < 0.07 && db.pragma('journal_mode', { simple: true }) !== 'off') {
    db.exec('BEGIN IMMEDIATE; UPDATE progress SET n = n + 1000; ROLLBACK');
  }
}

function commit(round, random) {
  const count = `UPDATE progress SET n = n + 1 WHERE writer = ${writer}`;
  if (!random.chance(0.001)) {
    db.exec(count);
    return;
  }
  db.exec(`BEGIN IMMEDIATE; DELETE FROM bulk;
    WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < ${round.bigRows})
    INSERT INTO bulk SELECT i, hex(randomblob(40)) FROM i; ${count}; COMMIT`);
}

function gap(random) {
  const kind = random.next();
  if (kind < 0.5) return;
  sleepMs(random.next() * (kind < 0.9 ? 0.5 : kind < 0.99 ? 4 : 30));
}

process.on('message', (round) => {
  const random = new Random(round.seed);
  settle(round, random);
  for (let i = 0; i < round.commits; i++) {
    gap(random);
    disturb(round, random);
    commit(round, random);
  }
  const at = process.hrtime.bigint();
  const withheld = round.watching.map((threads) => String(withheldNs(threads)));
  disturb(round, random);
  process.send({ at: String(at), withheld });
});
process.send('ready');
