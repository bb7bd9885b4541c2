import { expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';
import { settled } from './settled.js';
import { kills, report } from './size.js';

const KILLS = kills(4, 0.1);
/** Many, so that a tick is a transaction of many rows to die in. */
const SCHEDULES = 20;

/**
 * I5: whoever leads is killed, most of them in the middle of a tick. Only a leader writes, so a doom meets
 * nobody else, and each death is one of a leader's.
 */
it('each boundary fires once, and a leader that dies is replaced', {
  timeout: 60_000 + KILLS * 5000,
}, async () => {
  const test = new TestDatabase();
  const ledger = Ledger.create(test.raw);
  const random = new Random();
  const scheduler = test.db.scheduler();
  for (let i = 0; i < SCHEDULES; i++) {
    scheduler.add({ name: `schedule ${i}`, queue: `schedule ${i}`, schedule: '@every 1s' });
  }
  const url = new URL('programs/scheduler.mjs', import.meta.url);
  // An insert and an update for each boundary: within the first two ticks of its lead.
  const start = () => new Program(url, [test.path, random.between(1, SCHEDULES * 4)]);
  const candidates = [start(), start(), start()];

  for (let kill = 0; kill < KILLS; kill++) {
    const died = candidates.map(async (program, index) => ({ ...(await program.ended), index }));
    const { index, signal, stderr } = await Promise.race(died);
    expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
    candidates[index] = start();
    // What the dead one held is free when its time is over.
    test.raw.exec('UPDATE _honker_locks SET expires_at = unixepoch() - 1');
  }
  for (const candidate of candidates) await candidate.kill();
  test.raw.exec('UPDATE _honker_locks SET expires_at = unixepoch() - 1');
  // The last one is not doomed: it makes up for what was missed, and ends by itself.
  const last = new Program(url, [test.path, 0]);
  const before = ledger.fired();
  await settled(test.db, () => ledger.fired() > before);
  last.send('stop');
  expect((await last.success()).stderr).toBe('');

  report({ test: 'schedules', seed: random.seed, leaders: KILLS, fired: ledger.fired() });
  test.raw.exec('DELETE FROM _honker_live');
  expect(ledger.violations()).toEqual([]);
});
