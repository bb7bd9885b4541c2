// Commits jobs, and rolls others back, until it is stopped or killed. Each has a key of its own.
import { me, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom] = process.argv;
const db = openDoomed(path, Number(doom));
const queue = db.queue('work');
let n = 0;

function commit(tx, kind, key, id) {
  tx.execute('INSERT INTO ledger_committed VALUES (?, ?, ?)', [key, kind, id]);
}

const acts = [
  (tx, key) => commit(tx, 'job', key, queue.enqueueTx(tx, { key }, { maxAttempts: 1000 })),
  (tx, key) => {
    commit(tx, 'job', key, queue.enqueueTx(tx, { key }, { maxAttempts: 1000, priority: 1 }));
    commit(
      tx,
      'job',
      `${key}+`,
      queue.enqueueTx(tx, { key: `${key}+` }, { maxAttempts: 1000, delay: 1 }),
    );
  },
  (tx, key) => {
    commit(tx, 'job', key, queue.enqueueTx(tx, { key }));
    throw new Error('rolled back');
  },
  // A row that somebody else wrote, who knows nothing of JSON.
  (tx, key) => {
    const sql = `INSERT INTO _honker_live (queue, payload) VALUES ('work', '{"key": broken')`;
    commit(tx, 'malformed', key, Number(tx.execute(sql).lastInsertRowid));
  },
];

function act() {
  const key = `${me}-${n}`;
  const chosen = n % 40 === 9 ? 3 : n % 3;
  n++;
  try {
    db.transaction((tx) => acts[chosen](tx, key));
  } catch (error) {
    // Somebody held the lock for longer than the connection waits: nothing was committed.
    if (error.message !== 'rolled back' && error.code !== 'SQLITE_BUSY') throw error;
  }
  process.send('acted');
}

// As fast as one job in 1–2 ms, so that the workers keep up.
const timer = setInterval(act, 1);
untilStopped(() => {
  clearInterval(timer);
  db.close();
});
process.send('ready');
