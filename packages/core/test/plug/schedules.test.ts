import { beforeEach, expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';
import { settled } from './settled.js';
import { kills, report } from './size.js';

const KILLS = kills(3, 0.1);
/** Many, so that a tick is a transaction of many rows to die in. */
const SCHEDULES = 20;

const program = new URL('programs/scheduler.mjs', import.meta.url);

let test: TestDatabase;
let ledger: Ledger;
beforeEach(() => {
  test = new TestDatabase();
  ledger = Ledger.create(test.raw);
  for (let i = 0; i < SCHEDULES; i++) {
    const name = `schedule ${i}`;
    test.db.scheduler().add({ name, queue: name, schedule: '@every 1s' });
  }
});

/** What the leader holds is free when its time is over. */
function endLead(): void {
  test.raw.exec('UPDATE _honker_locks SET expires_at = unixepoch() - 1');
}

async function firesAgain(): Promise<void> {
  const fired = ledger.fired();
  await settled(test.db, () => ledger.fired() > fired);
  expect(ledger.fired()).toBeGreaterThan(fired);
}

/**
 * Whoever leads kills itself in the middle of a tick: only a leader writes, so a doom meets nobody else,
 * and each death is one of a leader's.
 */
it('each boundary fires once, and a leader that dies is replaced', {
  timeout: 60_000 + KILLS * 5000,
}, async () => {
  const random = new Random();
  // An insert and an update for each boundary: within the first two ticks of its lead.
  const start = () => new Program(program, [test.path, random.between(1, SCHEDULES * 4)]);
  const candidates = [start(), start(), start()];
  for (let kill = 0; kill < KILLS; kill++) {
    const died = candidates.map(async (each, index) => ({ ...(await each.ended), index }));
    const { index, signal, stderr } = await Promise.race(died);
    expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
    candidates[index] = start();
    endLead();
  }
  for (const candidate of candidates) await candidate.kill();
  endLead();
  // The last one is not doomed: it makes up for what was missed, and ends by itself.
  const last = new Program(program, [test.path, 0]);
  await firesAgain();
  last.send('stop');
  expect((await last.success()).stderr).toBe('');

  report({ test: 'schedules', seed: random.seed, leaders: KILLS, fired: ledger.fired() });
  test.raw.exec('DELETE FROM _honker_live');
  expect(ledger.violations()).toEqual([]);
});

it('a leader that was stopped past its time fires nothing twice when it goes on', async () => {
  const leader = () => test.raw.prepare('SELECT owner FROM _honker_locks').pluck().get();
  const first = new Program(program, [test.path, 0]);
  await settled(test.db, () => leader() !== undefined);
  const owner = leader();
  const second = new Program(program, [test.path, 0]);
  await second.message();
  first.signal('SIGSTOP');
  endLead();
  await settled(test.db, () => leader() !== owner);
  await firesAgain();
  first.signal('SIGCONT');
  await firesAgain();
  expect(leader()).not.toBe(owner);
  for (const each of [first, second]) each.send('stop');
  for (const each of [first, second]) expect((await each.success()).stderr).toBe('');
  test.raw.exec('DELETE FROM _honker_live');
  expect(ledger.violations()).toEqual([]);
});
