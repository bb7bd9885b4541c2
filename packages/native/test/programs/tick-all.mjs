/** Waits for "go", then ticks at each boundary from 1000 to 11000; sends what it fired. Argument: path. */
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';

const db = new Database(process.argv[2]);
db.loadExtension(extensionPath());
db.prepare('SELECT honker_busy_timeout(10000)').get();
const tick = db.prepare('SELECT honker_scheduler_tick(?)').pluck();

process.once('message', () => {
  const fired = [];
  for (let now = 1000; now <= 11_000; now += 10) {
    fired.push(...JSON.parse(tick.get(now)).map((fire) => fire.fire_at));
  }
  db.close();
  process.send(fired);
  process.disconnect();
});
process.send('ready');
