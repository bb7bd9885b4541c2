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
    ).toBe(18);
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

it('3 processes tick at once: each boundary fires exactly once', async () => {
  const path = join(temporaryDirectory(), 'a.db');
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  db.exec("SELECT honker_scheduler_register('s', 'q', '@every 10s', '1', 0, NULL)");
  db.exec('UPDATE _honker_scheduler_tasks SET next_fire_at = 1000');
  const programs = ['a', 'b', 'c'].map(() => new Program('tick-all.mjs', path));
  for (const program of programs) expect(await program.next()).toBe('ready');
  for (const program of programs) program.send('go');
  const fired = (await Promise.all(programs.map((program) => program.next<number[]>()))).flat();
  const boundaries = Array.from({ length: 1001 }, (_, i) => 1000 + 10 * i);
  expect(fired.sort((a, b) => a - b)).toEqual(boundaries);
  expect(db.prepare('SELECT count(*) FROM _honker_live').pluck().get()).toBe(boundaries.length);
  for (const program of programs) await program.end();
  db.close();
});

for (const [what, sql] of [
  ['lock', 'SELECT honker_lock_acquire(:name, :owner, 600)'],
  ['place under a limit', 'SELECT :owner > 0 AND honker_rate_limit_try(:name, 1, 1000000000)'],
] as const) {
  it(`3 processes ask for each ${what} at once: one gets it`, async () => {
    const path = join(temporaryDirectory(), 'a.db');
    const db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.loadExtension(extensionPath());
    db.exec('SELECT honker_bootstrap()');
    const programs = ['a', 'b', 'c'].map(() => new Program('compete.mjs', path, sql));
    for (const program of programs) expect(await program.next()).toBe('ready');
    for (const program of programs) program.send('go');
    const got = await Promise.all(programs.map((program) => program.next<number>()));
    expect(got.reduce((sum, n) => sum + n)).toBe(1000);
    for (const program of programs) await program.end();
    db.close();
  });
}
