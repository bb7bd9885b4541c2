import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function retryAndFail(test: ContractTest): void {
  test('retry puts the job back for later and returns 1, an integer', async (db) => {
    const { id } = await db.claimed();
    expect(
      await db.row("SELECT r, typeof(r) FROM (SELECT honker_retry(?, 'w', 60, 'smtp') AS r)", id),
    ).toEqual([1, 'integer']);
    expect(
      await db.row(
        'SELECT state, worker_id, claim_expires_at, attempts, run_at - unixepoch() BETWEEN 55 AND 60 FROM _honker_live',
      ),
    ).toEqual(['pending', null, null, 1, 1]);
    expect(await db.claim()).toEqual([]);
  });

  test('retry with a delay of 0 is due at once', async (db) => {
    const { id } = await db.claimed();
    await db.value("SELECT honker_retry(?, 'w', 0, NULL)", id);
    expect(await db.claim()).toMatchObject([{ id, attempts: 2 }]);
  });

  test('retry of the last attempt moves the job to dead with the error', async (db) => {
    const id = await db.integer("SELECT honker_enqueue('q', '1', 5, NULL, 4, 1, NULL)");
    await db.claim();
    expect(await db.value("SELECT honker_retry(?, 'w', 60, 'it''s \u{1F4A5}')", id)).toBe(1);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
    expect(
      await db.row(
        'SELECT id, queue, payload, priority, run_at, attempts, max_attempts, last_error FROM _honker_dead',
      ),
    ).toEqual([id, 'q', '1', 4, 5, 1, 1, "it's \u{1F4A5}"]);
  });

  test('fail moves the job to dead with the error, whatever attempts are left', async (db) => {
    const { id } = await db.claimed();
    expect(
      await db.row("SELECT f, typeof(f) FROM (SELECT honker_fail(?, 'w', 'bad input') AS f)", id),
    ).toEqual([1, 'integer']);
    expect(await db.row('SELECT id, attempts, last_error FROM _honker_dead')).toEqual([
      id,
      1,
      'bad input',
    ]);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
  });

  test('an error of NULL stays NULL', async (db) => {
    const { id } = await db.claimed();
    await db.value("SELECT honker_fail(?, 'w', NULL)", id);
    expect(await db.value('SELECT last_error FROM _honker_dead')).toBe(null);
  });

  for (const call of ["honker_retry(1, ?, 0, 'e')", "honker_fail(1, ?, 'e')"]) {
    test(`${call}: 0 for another worker and for a lease that has expired`, async (db) => {
      await db.claimed();
      expect(await db.value(`SELECT ${call}`, 'v')).toBe(0);
      await db.expireLease(1);
      expect(await db.value(`SELECT ${call}`, 'w')).toBe(0);
      expect(await db.row('SELECT state, attempts FROM _honker_live')).toEqual(['processing', 1]);
      expect(await db.value('SELECT count(*) FROM _honker_dead')).toBe(0);
    });

    test(`${call}: 0 for a pending job and an id that is nobody's`, async (db) => {
      expect(await db.value(`SELECT ${call}`, 'w')).toBe(0);
      await db.enqueue();
      expect(await db.value(`SELECT ${call}`, 'w')).toBe(0);
    });

    test(`${call}: the attempt is a fence`, async (db) => {
      await db.claimed();
      await db.expireLease(1);
      await db.claim();
      const fenced = (attempt: number) => `SELECT ${call.replace(')', `, ${attempt})`)}`;
      expect(await db.value(fenced(1), 'w')).toBe(0);
      expect(await db.value('SELECT state FROM _honker_live')).toBe('processing');
      expect(await db.value(fenced(2), 'w')).toBe(1);
    });
  }

  test('an error between the two steps of a burial moves nothing', async (db) => {
    await db.claimed();
    await db.run(
      "CREATE TRIGGER refuse BEFORE DELETE ON _honker_live BEGIN SELECT RAISE(ABORT, 'stays'); END",
    );
    await db.refused("SELECT honker_fail(1, 'w', 'e')", 'honker_fail: stays');
  });
}
