import { type Database, open } from '@honker/core';
import { expect, test, vi } from 'vitest';
import { atEnd } from '../../packages/core/test/cleanup.js';
import { Program } from '../../packages/core/test/program.js';
import { temporaryPath } from '../../packages/core/test/temporary-database.js';
import { payloadsOf } from '../src/payload.js';
import { requireAllAccountedFor } from '../src/peers/accounting.js';
import type { Contestant } from '../src/peers/contestants.js';
import { PeerReport } from '../src/peers/peer-report.js';
import { REDIS_IS_MISSING } from '../src/peers/redis-server.js';
import { takeTurns } from '../src/peers/take-turns.js';

function contestant(name: string): Contestant {
  return { name, place: { peer: 'honker', address: temporaryPath() }, parts: 'WAL' };
}

function fileOf({ place }: Contestant): Database {
  const db = open(place.address);
  atEnd(() => db.close());
  return db;
}

/** What the body prints. */
async function printed(body: () => unknown): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line = '') => lines.push(String(line)));
  try {
    await body();
  } finally {
    log.mockRestore();
  }
  return lines.join('\n');
}

test('prints a column a contestant, who is missing and how to get it, and what failed', async () => {
  const output = await printed(() => {
    const report = new PeerReport({
      contestants: [contestant('honker'), contestant('plainjob')],
      absentees: [{ name: 'BullMQ', reason: REDIS_IS_MISSING }],
    });
    report.heading(['an environment']);
    report.add({ name: 'enqueue', unit: 'jobs/s', cells: [1234.4, { failure: '1 is left' }] });
    report.add({ name: 'wake', unit: 'ms', cells: [0.125, 512.25] });
  });
  expect(output).toBe(
    [
      'an environment',
      'honker: WAL',
      'plainjob: WAL',
      `BullMQ is missing: ${REDIS_IS_MISSING}`,
      '',
      '                                             honker         plainjob',
      'enqueue                                1,234 jobs/s           failed',
      '    plainjob: 1 is left',
      'wake                                        0.13 ms         512.3 ms',
    ].join('\n'),
  );
  expect(REDIS_IS_MISSING).toContain('apt-get install redis-server');
});

test('goes on without a contestant whose work fails', async () => {
  const good = contestant('good');
  const bad = contestant('bad');
  fileOf(bad).queue('turns').enqueue({});
  const absent: Contestant = {
    ...good,
    name: 'absent',
    place: { ...good.place, address: '/nowhere/a.db' },
  };
  const cells = await takeTurns([absent, bad, good], {
    queue: 'turns',
    slices: 2,
    jobs: 10,
    side: (client) => ({
      prepare: () => {},
      slice: async () => {
        await client.enqueueMany(payloadsOf(10));
      },
      cleanUp: async () => {
        if ((await client.countLeft()) % 10 !== 0) throw new Error('there is a job too many');
      },
    }),
  });
  expect(cells).toEqual([
    { failure: expect.stringContaining('directory does not exist') },
    { failure: 'there is a job too many' },
    expect.any(Number),
  ]);
  expect(fileOf(bad).queue('turns').stats().ready).toBe(11);
  expect(fileOf(good).queue('turns').stats().ready).toBe(30);
});

test('notices jobs that were lost, handled twice, or failed', async () => {
  const { place } = contestant('honker');
  const check = (enqueued: number, orderIds: number[], errors: string[] = []) =>
    requireAllAccountedFor(place, 'accounts', enqueued, [
      { orderIds: Float64Array.from(orderIds), errors },
    ]);
  await check(2, [1, 2]);
  await expect(check(3, [1, 2])).rejects.toThrow('of 3 jobs 2 were handled, 0 are left');
  await expect(check(2, [1, 1])).rejects.toThrow('1 jobs were handled twice');
  await expect(check(2, [1, 2], ['it broke'])).rejects.toThrow('it broke');
  const db = open(place.address);
  db.queue('accounts').enqueue({});
  db.close();
  await check(3, [1, 2]);
});

test('names no benchmark that --peers has not', async () => {
  const main = new URL('../dist/main.js', import.meta.url);
  const { code, stderr } = await new Program(main, ['--peers', '--only', 'floor']).ended;
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'No benchmark\'s name contains "floor"; --help lists them.\n',
  });
});
