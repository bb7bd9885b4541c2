import assert from 'node:assert/strict';
import {
  type CommitWatcher,
  ExtensionNotFoundError,
  extensionPath,
  watchCommits,
} from '@honker/native';
import { connect, type Driver } from './connect.js';

export async function run(driver: Driver): Promise<void> {
  const db = await connect(driver, 'native.db');
  db.exec('PRAGMA journal_mode = WAL');
  db.loadExtension(extensionPath());
  const value = (sql: string, ...parameters: unknown[]) =>
    Object.values(db.prepare(sql).get(...parameters) as object)[0];
  value('SELECT honker_bootstrap()');

  let watcher: CommitWatcher | undefined;
  const commit = new Promise<boolean>((resolve) => {
    watcher = watchCommits('native.db', resolve);
    watcher.ref();
  });
  const id = value(`SELECT honker_enqueue('q', '{"a":1}', NULL, NULL, 0, 3, NULL)`);
  assert.equal(await commit, true);
  watcher?.close();

  const [job] = JSON.parse(value("SELECT honker_claim_batch('q', 'w', 1, 60)"));
  assert.deepEqual([job.id, job.payload], [id, '{"a":1}']);
  assert.equal(value("SELECT honker_ack(?, 'w')", id), 1);
  db.close();
}

export function types(): void {
  const path: string = extensionPath();
  watchCommits(path, (alive) => void (alive satisfies boolean));
  const paths: readonly string[] = new ExtensionNotFoundError('file', [], 'remedy').paths;
  void paths;
  // @ts-expect-error a path is text
  watchCommits(1, () => {});
}
