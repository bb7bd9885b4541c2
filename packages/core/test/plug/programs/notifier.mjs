// Says things on a channel, and rolls others back, until it is stopped or killed.
import { begin, me, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom] = process.argv;
const db = openDoomed(path, Number(doom));
let n = 0;

function act() {
  const key = `${me}-${n}`;
  const rollsBack = n++ % 3 === 2;
  const tx = begin(db);
  const id = db.notifyTx(tx, 'channel', { key });
  if (rollsBack) tx.rollback();
  else {
    tx.execute(`INSERT INTO ledger_committed VALUES (?, 'notification', ?)`, [key, id]);
    tx.commit();
  }
  process.send('acted');
}

const timer = setInterval(act, 1);
untilStopped(() => {
  clearInterval(timer);
  db.close();
});
process.send('ready');
