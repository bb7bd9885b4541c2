/**
 * Watches a database that has no -wal yet, has it get one, which the kernel refuses to watch, and
 * prints how long each of some commits took to wake, in ms.
 */
import { once } from 'node:events';
import Database from 'better-sqlite3';
import { extensionPath, watchCommits } from '../../../dist/esm/index.js';

/** The last look before this came at 153 ms, and the next that nothing prompts is due at 307. */
const PAUSE_MS = 160;
const COMMITS = 9;

const db = new Database(process.argv[2]);
db.loadExtension(extensionPath());
db.exec('CREATE TABLE t (x)');
const insert = db.prepare('INSERT INTO t VALUES (1)');
const news = new EventTarget();
const onNews = (alive) => news.dispatchEvent(new Event(alive ? 'commit' : 'dead'));
const watcher = watchCommits(db.name, onNews, { backend: 'kernel', pollMs: 400 });
watcher.ref();

async function wakeAfter(commit) {
  const woken = once(news, 'commit');
  const started = performance.now();
  commit();
  await woken;
  return performance.now() - started;
}

await wakeAfter(() => db.pragma('journal_mode = WAL'));
const tookMs = [];
for (let i = 0; i < COMMITS; i++) {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  tookMs.push(await wakeAfter(() => insert.run()));
}
watcher.close();
console.log(JSON.stringify(tookMs));
