// Commits jobs, and rolls others back, until it is stopped or killed. Each has a key of its own.
import { begin, me, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom] = process.argv;
const db = openDoomed(path, Number(doom));
const queue = db.queue('work');
let n = 0;

function commit(tx, kind, key, id) {
  tx.execute('INSERT INTO ledger_committed VALUES (?, ?, ?)', [key, kind, id]);
}

const options = { maxAttempts: 1000 };
// Each says whether it is to be committed.
const acts = [
  (tx, key) => {
    commit(tx, 'job', key, queue.enqueueTx(tx, { key }, options));
    return true;
  },
  (tx, key) => {
    commit(tx, 'job', key, queue.enqueueTx(tx, { key }, { ...options, priority: 1 }));
    const later = `${key}, later`;
    commit(tx, 'job', later, queue.enqueueTx(tx, { key: later }, { ...options, delay: 1 }));
    return true;
  },
  (tx, key) => {
    queue.enqueueTx(tx, { key }, options);
    return false;
  },
  // A row that somebody else wrote, who knows nothing of JSON.
  (tx, key) => {
    const sql = `INSERT INTO _honker_live (queue, payload) VALUES ('work', '{"key": broken')`;
    commit(tx, 'malformed', key, Number(tx.execute(sql).lastInsertRowid));
    return true;
  },
];

function act() {
  const chosen = n % 40 === 9 ? 3 : n % 3;
  const tx = begin(db);
  if (acts[chosen](tx, `${me}-${n++}`)) tx.commit();
  else tx.rollback();
  process.send('acted');
}

// As fast as one job in 1–2 ms, so that the workers keep up.
const timer = setInterval(act, 1);
untilStopped(() => {
  clearInterval(timer);
  db.close();
});
process.send('ready');
