import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Ledger } from './ledger.js';
import { settled } from './settled.js';

const ENDS = ['return', 'throw', 'bury', 'ack', 'inside', 'retry', 'fail', 'heartbeat'] as const;

interface Told {
  queue: string;
  event: string;
  id: number;
  attempts: number;
  key: string;
  done?: boolean;
  code?: string;
}

/** The job was lost, or else its handler, or the worker, has settled it. */
function isOutcome({ event, done }: Told): boolean {
  return ['completed', 'failed', 'dead', 'lost'].includes(event) || done === true;
}

/** Waits for so many messages of a kind. */
async function all(program: Program, event: string, count: number): Promise<Told[]> {
  const told: Told[] = [];
  while (told.length < count) {
    const message = await program.message<Told>();
    if (message.event === event) told.push(message);
  }
  return told;
}

/** I4: it is stopped in the middle of its jobs for longer than its leases, as a laptop that sleeps. */
it('a worker that was stopped past its lease can end a job in no way', async () => {
  const test = new TestDatabase();
  const ledger = Ledger.create(test.raw);
  const enqueue = (name: string, end: string) => {
    test.db.transaction((tx) => {
      const key = `${name} ${end}`;
      const id = test.db.queue(name).enqueueTx(tx, { key, end }, { maxAttempts: 1000 });
      tx.execute(`INSERT INTO ledger_committed VALUES (?, 'job', ?)`, [key, id]);
    });
  };
  for (const end of ENDS) for (const name of ['taken', 'alone']) enqueue(name, end);
  const url = new URL('programs/holder.mjs', import.meta.url);
  const first = new Program(url, [test.path, 1, 'taken', 'alone']);
  await first.message();
  await all(first, 'started', ENDS.length * 2);
  first.signal('SIGSTOP');

  // Nobody but the time takes the jobs of one queue away; those of the other get a second owner.
  const second = new Program(url, [test.path, 300, 'taken']);
  await second.message();
  const taken = await all(second, 'started', ENDS.length);
  expect(taken.filter(({ attempts }) => attempts !== 2)).toEqual([]);
  const isOver = test.raw.prepare(
    `SELECT unixepoch() > max(claim_expires_at) FROM _honker_live WHERE queue = 'alone'`,
  );
  while (isOver.pluck().get() !== 1) await setTimeout(20); // a lease may end a second after the other
  const rows = () => test.live(`id, queue, state, worker_id, attempts`);
  const before = rows();

  const answers: Told[] = [];
  first.onMessage = (message) => answers.push(message as Told);
  first.signal('SIGCONT');
  first.send('end');
  const outcomes = () => answers.filter((each) => each.attempts === 1 && isOutcome(each));
  while (outcomes().length < ENDS.length * 2) await first.message();
  expect(outcomes().filter(({ event }) => event !== 'lost')).toEqual([]);
  const after = rows().filter((row) => (row as Told).queue === 'taken');
  expect(after).toEqual(before.filter((row) => (row as Told).queue === 'taken'));

  second.send('end');
  await settled(test.db, () => test.count('_honker_live') === 0);
  for (const program of [first, second]) program.send('stop');
  for (const program of [first, second]) expect((await program.success()).stderr).toBe('');

  // What time alone took away came back to the same worker.
  const again = answers.filter(({ event, attempts }) => event === 'completed' && attempts === 2);
  expect(again.map(({ key }) => key).sort()).toEqual(ENDS.map((end) => `alone ${end}`).sort());
  // What stopped it can't be told from a handler that blocked the event loop.
  const errors = answers.filter(({ event }) => event === 'error');
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['HONKER_EVENT_LOOP_BLOCKED']));
  expect(ledger.handled()).toBe(ENDS.length * 4);
  expect(ledger.violations()).toEqual([]);
});
