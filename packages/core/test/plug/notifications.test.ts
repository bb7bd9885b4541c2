import { expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Fleet } from './fleet.js';
import { Ledger } from './ledger.js';
import { Listening } from './listening.js';
import { Random } from './random.js';
import { kills, report } from './size.js';

const KILLS = kills(5, 0.1);
/** Then there is silence, in which everybody must have heard everything. */
const KILLS_A_ROUND = 5;

/** I2, I3: whoever commits is killed, in the midst of checkpoints and VACUUM; whoever listens is woken. */
it('every listener is woken to every commit, and hears of no rollback', {
  timeout: 60_000 + KILLS * 5000,
}, async () => {
  const test = new TestDatabase();
  const ledger = Ledger.create(test.raw);
  const random = new Random();
  const notifier = (doom: number) =>
    new Program(new URL('programs/notifier.mjs', import.meta.url), [test.path, doom]);
  const listeners = [1, 2, 3].map(() => new Listening(test.path));
  await Promise.all(listeners.map(({ ready }) => ready));
  const killed = { outside: 0, inside: 0, listeners: 0 };

  while (killed.outside + killed.inside + killed.listeners < KILLS) {
    const fleet = new Fleet(random, [notifier, notifier]);
    await fleet.killUntil(KILLS_A_ROUND - 3);
    test.raw.exec(random.pick(['VACUUM', 'PRAGMA wal_checkpoint(TRUNCATE)']));
    const index = random.between(0, listeners.length - 1);
    await listeners[index]?.kill();
    const successor = new Listening(test.path);
    listeners[index] = successor;
    await fleet.working(successor.ready);
    await fleet.killAll();
    const committed = ledger.notifications();
    for (const listener of listeners) {
      const { heard, expected } = await listener.hears(committed);
      expect(heard, 'I2, I3: what was committed, each once and in order').toEqual(expected);
    }
    killed.outside += fleet.killed.outside;
    killed.inside += fleet.killed.inside;
    killed.listeners++;
  }
  for (const listener of listeners) expect(await listener.stop()).toBe('');

  const notifications = ledger.committed('notification');
  report({ test: 'notifications', seed: random.seed, ...killed, notifications });
  expect(notifications).toBeGreaterThan(KILLS);
  expect(ledger.violations()).toEqual([]);
});
