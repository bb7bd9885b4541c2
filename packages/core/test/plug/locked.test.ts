import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Fleet, type Start } from './fleet.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';
import { settled } from './settled.js';
import { isLong } from './size.js';

/** Past every lease (1 s); in the long version past what a connection waits (5 s), too. */
const LOCKED_MS = isLong ? 8000 : 2100;

/** I1, I4, I6: nobody can write, nor extend a lease, nor save an offset; then all goes on. */
it('what is locked by somebody else for seconds loses nothing', { timeout: 60_000 }, async () => {
  const test = new TestDatabase();
  const ledger = Ledger.create(test.raw);
  const start = (name: string, ...args: string[]) => {
    const program = new URL(`programs/${name}.mjs`, import.meta.url);
    return () => new Program(program, [test.path, 0, ...args]);
  };
  const producers: Start[] = [start('producer'), start('publisher')];
  const consumers: Start[] = [start('worker'), start('subscriber', 'at-least-once')];
  const fleet = new Fleet(new Random(), [...producers, ...consumers]);
  await fleet.killUntil(0);

  const holder = new Program('hold-lock.mjs', [test.path]);
  await holder.message();
  const before = ledger.committed('job');
  await fleet.working(setTimeout(LOCKED_MS));
  expect(ledger.committed('job')).toBe(before);
  holder.send('release');
  await holder.success();
  await fleet.working(settled(test.db, () => ledger.committed('job') > before));

  await fleet.stop((which) => producers.includes(which));
  await fleet.working(settled(test.db, () => test.count('_honker_live') === 0));
  await fleet.working(settled(test.db, () => ledger.unseen('at-least-once') === 0));
  await fleet.stop();
  expect(ledger.violations()).toEqual([]);
});
