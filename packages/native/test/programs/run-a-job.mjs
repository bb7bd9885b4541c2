/**
 * Uses an installed @honker/native, both of its binaries: enqueues a job, is woken by the commit, claims and
 * acks the job. Run in the folder that it is installed in; prints the files that it used.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

const require = createRequire(join(process.cwd(), 'index.js'));
const { extensionPath, watchCommits } = require('@honker/native');
const extension = extensionPath();

const path = join(process.cwd(), 'app.db');
const { query, close } = await connect();
query('PRAGMA journal_mode = WAL');
query('SELECT honker_bootstrap()');
await new Promise((resolve, reject) => {
  const watcher = watchCommits(path, (alive) => {
    watcher.close();
    if (alive) resolve();
    else reject(new Error('the database file was replaced'));
  });
  watcher.ref();
  query(`SELECT honker_enqueue('emails', '"alice"', NULL, NULL, 0, 3, NULL)`);
});
const [job] = JSON.parse(query(`SELECT honker_claim_batch('emails', 'w', 1, 60)`));
assert.deepEqual([job.id, job.payload], [1, '"alice"']);
assert.equal(query(`SELECT honker_ack(1, 'w')`), 1);
close();
for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
console.log(extension);

async function connect() {
  if (process.versions.bun) {
    const { Database } = await import('bun:sqlite');
    const db = new Database(path);
    db.loadExtension(extension);
    const first = (row) => row[0];
    return { query: (sql) => db.query(sql).values().map(first)[0], close: () => db.close() };
  }
  if (Number(process.versions.node.split('.')[0]) < 22) {
    const Database = require('better-sqlite3');
    const db = new Database(path);
    db.loadExtension(extension);
    return { query: (sql) => db.prepare(sql).pluck().all()[0], close: () => db.close() };
  }
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(path, { allowExtension: true });
  db.loadExtension(extension);
  return { query: (sql) => Object.values(db.prepare(sql).all()[0])[0], close: () => db.close() };
}
