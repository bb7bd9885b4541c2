import { open } from '@honker/core';
import { expect, it } from 'vitest';
import { Countdown } from './gate.js';
import { Program } from './program.js';
import { openRaw, TestDatabase, temporaryPath } from './temporary-database.js';

const KILLS = 20;
/** How many a producer does between two kills. */
const STEPS = 30;

/** A generator of numbers from 0 to 1, so that a run that failed can be run again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Handled {
  job: number;
  attempt: number;
  owner: string;
}

/**
 * Producers write an order and enqueue its job in one transaction; workers write each job that they
 * handle into a ledger, and then what they have acked. All are killed at random moments.
 */
it('loses no job, and acks none twice, whoever is killed and when', async () => {
  const { path, raw, db } = new TestDatabase();
  const ledger = openRaw(temporaryPath());
  ledger.pragma('journal_mode = WAL');
  ledger.exec('CREATE TABLE handled (job INTEGER, attempt INTEGER, owner TEXT)');
  ledger.exec('CREATE TABLE acked (job INTEGER, owner TEXT)');
  raw.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, job INTEGER)');
  const seed = Date.now() >>> 0;
  const next = random(seed);

  const start = {
    producer: () => new Program('killed-producer.mjs', [path]),
    worker: () => new Program('killed-worker.mjs', [path, ledger.name]),
  };
  const kinds = ['producer', 'worker', 'producer', 'worker'] as const;
  const programs = kinds.map((kind) => start[kind]());
  await Promise.all(programs.map((program) => program.message()));
  for (let kill = 0; kill < KILLS; kill++) {
    const index = Math.floor(next() * kinds.length);
    // A random moment of everybody's work: each tells of what it has done.
    const moment = new Countdown(1 + Math.floor(next() * STEPS));
    for (const program of programs) program.onMessage = () => moment.tick();
    for (let step = 0; step < STEPS; step++) for (const program of programs) program.send('step');
    await moment.reached;
    await programs[index]?.kill();
    const replacement = start[kinds[index] as (typeof kinds)[number]]();
    programs[index] = replacement;
    await replacement.message();
  }
  await Promise.all(programs.map((program) => program.kill()));

  // What the dead held comes back when their leases are over.
  raw.exec(`UPDATE _honker_live SET claim_expires_at = 0 WHERE state = 'processing'`);
  const queue = db.queue('q');
  for (let job = queue.claimOne('drain'); job !== null; job = queue.claimOne('drain')) {
    ledger.prepare('INSERT INTO handled VALUES (?, ?, ?)').run(job.id, job.attempts, 'drain');
    expect(job.ack()).toBe(true);
    ledger.prepare('INSERT INTO acked VALUES (?, ?)').run(job.id, 'drain');
  }

  const committed = raw.prepare('SELECT job FROM orders ORDER BY job').pluck().all() as number[];
  const handled = ledger.prepare('SELECT * FROM handled').all() as Handled[];
  const about = `seed ${seed}, ${committed.length} jobs, handled ${handled.length} times`;
  expect(committed.length, about).toBeGreaterThan(KILLS);
  expect(
    [...new Set(handled.map(({ job }) => job))].sort((a, b) => a - b),
    about,
  ).toEqual(committed);
  const count = raw.prepare(
    'SELECT (SELECT count(*) FROM _honker_live), count(*) FROM _honker_dead',
  );
  expect(count.raw().get(), about).toEqual([0, 0]);
  expect(
    ledger.prepare('SELECT job FROM acked GROUP BY job HAVING count(*) > 1').all(),
    about,
  ).toEqual([]);
  // Each attempt had one owner.
  expect(
    ledger.prepare('SELECT job FROM handled GROUP BY job, attempt HAVING count(*) > 1').all(),
    about,
  ).toEqual([]);
  expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
  open(path).close();
});
