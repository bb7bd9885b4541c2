import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const ids = async (db: TestDatabase, call: string): Promise<number[]> =>
  (await db.json(`SELECT ${call}`)).map((job: { id: number }) => job.id);

const enqueue = (db: TestDatabase) =>
  db.run(
    'INSERT INTO _honker_live (queue, payload, priority, run_at) VALUES' +
      " ('q', '1', 0, 50), ('q', '2', 9, 50), ('q', '3', 0, 40), ('q', '4', 0, 50), ('other', '5', 9, 1)," +
      " ('q', '6', -5, unixepoch() + 100), ('q', '7', 9, 50)",
  );

const claim = (db: TestDatabase) =>
  db.run(
    'INSERT INTO _honker_live (queue, payload, state, worker_id, claim_expires_at) VALUES' +
      " ('q', '1', 'processing', 'w', 60), ('q', '2', 'processing', 'w', 50)," +
      " ('other', '3', 'processing', 'w', 50), ('q', '4', 'processing', 'v', 60)",
  );

export function jobLists(test: ContractTest): void {
  test('pending: those of the queue, every column, in the order of claims', async (db) => {
    await enqueue(db);
    expect(await ids(db, "honker_pending_list('q', NULL, NULL, NULL, 9)")).toEqual([
      2, 7, 3, 1, 4, 6,
    ]);
    const claimed = (await db.claim('q', 'w', 9)).map(({ id }) => id);
    expect(claimed).toEqual([2, 7, 3, 1, 4]);
    const [job, ...more] = await db.json("SELECT honker_pending_list('q', NULL, NULL, NULL, 9)");
    expect(more).toEqual([]);
    expect(job).toEqual(await db.json('SELECT honker_get_job(6)'));
  });

  test('pending: page by page, at most so many', async (db) => {
    await enqueue(db);
    expect(await ids(db, "honker_pending_list('q', NULL, NULL, NULL, 3)")).toEqual([2, 7, 3]);
    expect(await ids(db, "honker_pending_list('q', 0, 40, 3, 2)")).toEqual([1, 4]);
    expect(await ids(db, "honker_pending_list('q', 9, 50, 2, 2)")).toEqual([7, 3]);
    expect(await ids(db, "honker_pending_list('q', 0, 50, 4, 9)")).toEqual([6]);
    expect(await ids(db, "honker_pending_list('q', 9, NULL, NULL, 2)")).toEqual([2, 7]);
    expect(await ids(db, "honker_pending_list('q', NULL, NULL, NULL, 0)")).toEqual([]);
    expect(await ids(db, "honker_pending_list('nobody', NULL, NULL, NULL, 9)")).toEqual([]);
  });

  test('pending: a page begins where it did, whatever has become of the job before it', async (db) => {
    await enqueue(db);
    await db.run('SELECT honker_cancel(3)');
    expect(await ids(db, "honker_pending_list('q', 0, 40, 3, 9)")).toEqual([1, 4, 6]);
  });

  test('pending: a priority or a time that is text is listed, too', async (db) => {
    await enqueue(db);
    await db.run(
      "INSERT INTO _honker_live (queue, payload, priority, run_at) VALUES ('q', '8', 'high', 1), ('q', '9', 0, 'soon')",
    );
    expect(await ids(db, "honker_pending_list('q', NULL, NULL, NULL, 9)")).toEqual([
      8, 2, 7, 3, 1, 4, 9, 6,
    ]);
  });

  test('a page that begins nowhere has the jobs of negative ids and times, too', async (db) => {
    await db.run(
      'INSERT INTO _honker_live (id, queue, payload, run_at) VALUES' +
        " (-2, 'q', '1', 0), (-3, 'q', '2', -7), (1, 'q', '3', 0)",
      'INSERT INTO _honker_live (id, queue, payload, state, worker_id, claim_expires_at) VALUES' +
        " (-4, 'q', '4', 'processing', 'w', 0), (-5, 'q', '5', 'processing', 'w', -7)",
    );
    expect(await ids(db, "honker_pending_list('q', 0, NULL, NULL, 9)")).toEqual([-3, -2, 1]);
    expect(await ids(db, "honker_pending_list('q', 0, 0, NULL, 9)")).toEqual([-2, 1]);
    expect(await ids(db, "honker_processing_list('q', NULL, NULL, 9)")).toEqual([-5, -4]);
    expect(await ids(db, "honker_processing_list('q', 0, NULL, 9)")).toEqual([-4]);
  });

  test('processing: those of the queue, by the end of their leases, page by page', async (db) => {
    await claim(db);
    expect(await ids(db, "honker_processing_list('q', NULL, NULL, 9)")).toEqual([2, 1, 4]);
    expect(await ids(db, "honker_processing_list('q', NULL, NULL, 1)")).toEqual([2]);
    expect(await ids(db, "honker_processing_list('q', 50, 2, 1)")).toEqual([1]);
    expect(await ids(db, "honker_processing_list('q', 60, 1, 9)")).toEqual([4]);
    expect(await ids(db, "honker_processing_list('q', 60, 4, 9)")).toEqual([]);
    expect(await db.json("SELECT honker_processing_list('q', NULL, NULL, 1)")).toEqual([
      await db.json('SELECT honker_get_job(2)'),
    ]);
  });
}
