import { expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Fleet, type Start } from './fleet.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';
import { settled } from './settled.js';
import { kills, report } from './size.js';

const KILLS = kills(6, 0.2);
const CONSUMERS = ['at-least-once', 'exactly-once'];

/** I2, I6: publishers and subscribers are killed; each consumer sees each committed event, and no other. */
it('no event is skipped, and no saved offset moves back', {
  timeout: 60_000 + KILLS * 5000,
}, async () => {
  const test = new TestDatabase();
  const ledger = Ledger.create(test.raw);
  const random = new Random();
  const start = (name: string, ...args: string[]) => {
    const program = new URL(`programs/${name}.mjs`, import.meta.url);
    return (doom: number) => new Program(program, [test.path, doom, ...args]);
  };
  const publisher: Start = start('publisher');
  const subscribers = CONSUMERS.map((consumer) => start('subscriber', consumer));
  const fleet = new Fleet(random, [publisher, ...subscribers, ...subscribers]);

  await fleet.killUntil(KILLS);
  await fleet.stop((which) => which === publisher);
  for (const consumer of CONSUMERS) {
    await fleet.working(settled(test.db, () => ledger.unseen(consumer) === 0));
  }
  await fleet.stop();

  const events = ledger.committed('event');
  const seen = CONSUMERS.map((consumer) => [consumer, ledger.seen(consumer)]);
  report({
    test: 'events',
    seed: random.seed,
    ...fleet.killed,
    pauses: fleet.pauses,
    events,
    seen: Object.fromEntries(seen),
  });
  expect(events).toBeGreaterThan(KILLS);
  // What was saved at the end is the end: stopping saves.
  for (const consumer of CONSUMERS) {
    const last = test.db.stream('events').stats().lastOffset;
    expect(test.db.stream('events').getOffset(consumer)).toBe(last);
  }
  expect(ledger.violations()).toEqual([]);
});
