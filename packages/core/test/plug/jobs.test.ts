import { expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Fleet, type Start } from './fleet.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';
import { settled } from './settled.js';
import { kills, report } from './size.js';

const KILLS = kills(12, 0.6);

/**
 * I1, I2, I4, I7, and I8 at the end. Some processes are killed, some kill themselves inside a transaction,
 * some are stopped for longer than a lease; the survivors then drain the queue in their own time.
 */
it('no job is lost, handled by nobody, or finished by somebody who lost it', {
  timeout: 60_000 + KILLS * 5000,
}, async () => {
  const test = new TestDatabase();
  const ledger = Ledger.create(test.raw);
  const random = new Random();
  const start = (name: string) => (doom: number) =>
    new Program(new URL(`programs/${name}.mjs`, import.meta.url), [test.path, doom]);
  const producer: Start = start('producer');
  const worker: Start = start('worker');
  const fleet = new Fleet(random, [producer, worker, producer, worker, start('claimer')]);

  await fleet.killUntil(KILLS);
  await fleet.stop((which) => which === producer);
  await fleet.working(settled(test.db, () => test.count('_honker_live') === 0));
  await fleet.stop();

  const jobs = ledger.committed('job');
  report({
    test: 'jobs',
    seed: random.seed,
    ...fleet.killed,
    pauses: fleet.pauses,
    jobs,
    attempts: ledger.handled(),
  });
  expect(jobs).toBeGreaterThan(KILLS);
  expect(ledger.committed('malformed')).toBeGreaterThan(0);
  expect(ledger.violations()).toEqual([]);
});
