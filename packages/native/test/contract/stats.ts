import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function stats(test: ContractTest): void {
  test('counts ready, scheduled, processing, dead and the age of the oldest ready job', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload, run_at) VALUES ('q', '1', unixepoch() - 100), ('q', '2', unixepoch() - 50)," +
        " ('q', '3', unixepoch() + 100)",
      'INSERT INTO _honker_live (queue, payload, state, worker_id, claim_expires_at)' +
        " VALUES ('q', '4', 'processing', 'w', unixepoch() + 100), ('q', '5', 'processing', 'w', unixepoch() - 10)",
      "INSERT INTO _honker_dead (id, queue, payload) VALUES (9, 'q', '1')",
    );
    const [queue, ...more] = await db.json("SELECT honker_queue_stats('q')");
    expect(more).toEqual([]);
    expect(Object.keys(queue)).toEqual([
      'queue',
      'ready',
      'scheduled',
      'processing',
      'dead',
      'oldest_ready_s',
    ]);
    expect(queue).toMatchObject({ queue: 'q', ready: 3, scheduled: 1, processing: 1, dead: 1 });
    expect(queue.oldest_ready_s).toBeGreaterThanOrEqual(100);
    expect(queue.oldest_ready_s).toBeLessThan(110);
  });

  test('a queue without jobs is answered with zeros', async (db) => {
    expect(await db.json("SELECT honker_queue_stats('nobody')")).toEqual([
      { queue: 'nobody', ready: 0, scheduled: 0, processing: 0, dead: 0, oldest_ready_s: null },
    ]);
  });

  test('NULL is every queue that has jobs, by name, also those with nothing but dead ones', async (db) => {
    expect(await db.value('SELECT honker_queue_stats(NULL)')).toBe('[]');
    for (const queue of ['b', '', 'ü', 'b']) await db.enqueue(queue);
    await db.claimed('c');
    await db.run("INSERT INTO _honker_dead (id, queue, payload) VALUES (99, 'a', '1')");
    const all = await db.json('SELECT honker_queue_stats(NULL)');
    expect(all.map((queue: { queue: string }) => queue.queue)).toEqual(['', 'a', 'b', 'c', 'ü']);
  });

  test('times at both ends of 64 bits', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload, run_at) VALUES ('q', '1', -9223372036854775808), ('q', '2', 9223372036854775807)",
      'INSERT INTO _honker_live (queue, payload, state, worker_id, claim_expires_at)' +
        " VALUES ('r', '3', 'processing', 'w', 9223372036854775807)",
    );
    const [first, second] = await db.json('SELECT honker_queue_stats(NULL)');
    expect(first).toMatchObject({ ready: 1, scheduled: 1 });
    expect(first.oldest_ready_s).toBeGreaterThan(9e18);
    expect(second).toMatchObject({ queue: 'r', processing: 1, ready: 0, oldest_ready_s: null });
  });
}
