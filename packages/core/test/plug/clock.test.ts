import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Ledger } from './ledger.js';
import { settled } from './settled.js';
import { noShiftedClock, ShiftedClock } from './shifted-clock.js';

/** What a process may do in a fifth of a second while nothing is due; one that spins does thousands. */
const MOST_USES = 40;

interface Told {
  event: string;
  key?: string;
  attempts?: number;
  uses?: number;
}

/** One of two processes, whose clock is shifted. */
class Clocked {
  readonly program: Program;
  readonly #told: Told[] = [];

  private constructor(...args: string[]) {
    const url = new URL('programs/clocked.mjs', import.meta.url);
    this.program = new Program(url, [test.path, ...args], clock.env);
  }

  /** 'schedules' makes it run them, too. */
  static async start(...args: 'schedules'[]): Promise<Clocked> {
    const clocked = new Clocked(...args);
    await clocked.tells('ready');
    return clocked;
  }

  order(what: string, more: object = {}): void {
    this.program.send({ do: what, ...more });
  }

  /** Waits for a message, past or to come. */
  async tells(event: string, key?: string): Promise<Told> {
    for (;;) {
      const index = this.#told.findIndex((told) => told.event === event && told.key === key);
      const [found] = index < 0 ? [] : this.#told.splice(index, 1);
      if (found) return found;
      this.#told.push(await this.program.message<Told>());
    }
  }

  async #uses(): Promise<number> {
    this.order('count');
    return (await this.tells('counted')).uses ?? 0;
  }

  /** How much it does while nothing is to be done. */
  async idles(): Promise<number> {
    const before = await this.#uses();
    await setTimeout(200);
    return (await this.#uses()) - before;
  }

  /** Its timers that are due have run. */
  async turns(): Promise<void> {
    this.order('turn');
    await this.tells('turned');
  }

  async stop(): Promise<void> {
    this.order('stop');
    const { stderr } = await this.program.success();
    expect(stderr).toBe('');
  }
}

let clock: ShiftedClock;
let test: TestDatabase;
let ledger: Ledger;
let first: Clocked;
let second: Clocked;

/** A commit, and so a look at the time, of every process; returns when it was handled. */
async function poke(key: string): Promise<void> {
  second.order('enqueue', { key });
  await settled(test.db, () => isGone(key));
}

function isGone(key: string): boolean {
  const id = `SELECT id FROM ledger_committed WHERE key = ?`;
  const gone = `SELECT count(*) FROM ledger_finished WHERE job = (${id})`;
  return test.raw.prepare(gone).pluck().get(key) === 1;
}

async function nobodySpins(): Promise<void> {
  for (const uses of await Promise.all([first.idles(), second.idles()])) {
    expect(uses).toBeLessThan(MOST_USES);
  }
}

/** Both end by themselves, nothing is left, and the ledger is in order. */
async function isInOrder(): Promise<void> {
  await first.stop();
  await second.stop();
  expect(ledger.violations()).toEqual([]);
}

describe.skipIf(noShiftedClock)('when the wall clock is set', () => {
  beforeEach(() => {
    clock = new ShiftedClock();
    test = new TestDatabase();
    ledger = Ledger.create(test.raw);
  });

  describe('while a job is held', () => {
    beforeEach(async () => {
      first = await Clocked.start();
      first.order('enqueue', { key: 'held', holds: true });
      await first.tells('started', 'held');
      second = await Clocked.start();
    });

    it('forwards, but not past the lease, its owner keeps it', async () => {
      clock.shift(200);
      await poke('poke');
      first.order('finish', { key: 'held' });
      await first.tells('completed', 'held');
      expect(ledger.handled()).toBe(2);
      await isInOrder();
    });

    it('forwards past the lease, one of two owners finishes it, and the other is told', async () => {
      clock.shift(1000);
      await poke('poke');
      await settled(test.db, () => ledger.handled() === 3);
      for (const each of [first, second]) each.order('finish', { key: 'held' });
      await first.tells('lost', 'held');
      await settled(test.db, () => isGone('held'));
      await isInOrder();
    });

    it('backwards, its owner keeps it, and what was due comes when it is time again', async () => {
      clock.shift(100);
      first.order('enqueue', { key: 'waits', delay: 20 });
      await poke('poke');
      clock.shift(-3600);
      await poke('poke in the past');
      await nobodySpins();
      expect(isGone('waits')).toBe(false);
      first.order('finish', { key: 'held' });
      await first.tells('completed', 'held');
      clock.shift(200);
      await poke('poke again');
      await settled(test.db, () => isGone('waits'));
      expect(ledger.handled()).toBe(5);
      await isInOrder();
    });
  });

  it('each boundary of a schedule fires once', async () => {
    first = await Clocked.start('schedules');
    second = await Clocked.start('schedules');
    // A commit of somebody, that makes all look at the time.
    const look = () => test.db.notify('look', 'at the time');
    first.order('schedule', { name: 'now and then', schedule: '@every 5s' });
    await settled(test.db, () => test.db.scheduler().list().length === 1);
    clock.shift(40);
    look();
    await settled(test.db, () => ledger.fired() >= 7);
    clock.shift(10);
    look();
    await nobodySpins();
    const fired = ledger.fired();
    await nobodySpins();
    expect(ledger.fired()).toBe(fired);
    clock.shift(60);
    look();
    await settled(test.db, () => ledger.fired() > fired);
    // Past the leader's lock, which ends after 60 s.
    clock.shift(60 + 61);
    look();
    await settled(test.db, () => ledger.fired() >= 23);
    await nobodySpins();
    test.raw.exec(`DELETE FROM _honker_live`);
    await isInOrder();
  });

  it('by a machine that slept, what is due comes within a minute, without a commit', async () => {
    first = await Clocked.start();
    second = await Clocked.start();
    second.order('enqueue', { key: 'later', delay: 3600 });
    await poke('poke');
    await nobodySpins();
    // Timers don't run while a machine sleeps; then it was awake for a minute.
    clock.shift(3601, 61);
    await Promise.all([first.turns(), second.turns()]);
    await settled(test.db, () => isGone('later'));
    await isInOrder();
  });
});
