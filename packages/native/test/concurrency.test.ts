import { join } from 'node:path';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { Program } from './program.js';
import { temporaryDirectory } from './temporary-directory.js';

for (const journal of ['wal', 'delete']) {
  it(`8 processes bootstrap one new file at once, journal_mode ${journal}`, async () => {
    const path = join(temporaryDirectory(), 'a.db');
    const db = new Database(path);
    db.pragma(`journal_mode = ${journal}`);
    const programs = Array.from({ length: 8 }, () => new Program('bootstrap.mjs', path));
    for (const program of programs) expect(await program.next()).toBe('ready');
    for (const program of programs) program.send('go');
    const answers = await Promise.all(programs.map((program) => program.next()));
    expect(answers).toEqual(programs.map(() => ({ answer: 1 })));
    for (const program of programs) await program.end();
    expect(
      db.prepare("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_honker_*'").pluck().get(),
    ).toBe(14);
    db.close();
  });
}

it('3 processes claim at once: each job is claimed exactly once, and acked by its owner', async () => {
  const jobs = 3000;
  const path = join(temporaryDirectory(), 'a.db');
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  const payloads = JSON.stringify(Array.from({ length: jobs }, (_, i) => i));
  db.prepare("SELECT honker_enqueue_batch('q', ?, NULL, NULL, NULL, NULL, NULL)").get(payloads);
  const programs = ['a', 'b', 'c'].map((worker) => new Program('claim-all.mjs', path, worker));
  for (const program of programs) expect(await program.next()).toBe('ready');
  for (const program of programs) program.send('go');
  const results = await Promise.all(
    programs.map((program) => program.next<{ claimed: number[]; lost: number }>()),
  );
  const claimed = results.flatMap((result) => result.claimed);
  expect(claimed).toHaveLength(jobs);
  expect(new Set(claimed).size).toBe(jobs);
  expect(results.map((result) => result.lost)).toEqual([0, 0, 0]);
  expect(db.prepare('SELECT count(*) FROM _honker_live').pluck().get()).toBe(0);
  for (const program of programs) await program.end();
  db.close();
});
