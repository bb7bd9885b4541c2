import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function ack(test: ContractTest): void {
  test('deletes the job and returns 1, an integer; then 0', async (db) => {
    const { id } = await db.claimed();
    expect(await db.row("SELECT a, typeof(a) FROM (SELECT honker_ack(?, 'w') AS a)", id)).toEqual([
      1,
      'integer',
    ]);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
    expect(await db.value("SELECT honker_ack(?, 'w')", id)).toBe(0);
  });

  test('0 for another worker, a pending job and an id that is nobody’s', async (db) => {
    const { id } = await db.claimed();
    const pending = await db.enqueue();
    expect(await db.value("SELECT honker_ack(?, 'v')", id)).toBe(0);
    expect(await db.value("SELECT honker_ack(?, 'w')", pending)).toBe(0);
    expect(await db.value("SELECT honker_ack(99, 'w')")).toBe(0);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(2);
  });

  test('0 once the lease has expired, even if nobody took the job', async (db) => {
    const { id } = await db.claimed();
    await db.expireLease(id);
    expect(await db.value("SELECT honker_ack(?, 'w')", id)).toBe(0);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(1);
  });

  test('the attempt is a fence: the first claim can’t ack the second of the same worker', async (db) => {
    const { id } = await db.claimed();
    await db.expireLease(id);
    expect(await db.claim()).toMatchObject([{ id, attempts: 2 }]);
    expect(await db.value("SELECT honker_ack(?, 'w', 1)", id)).toBe(0);
    expect(await db.value("SELECT honker_ack(?, 'w', 2.0)", id)).toBe(1);
  });

  test('honker_ack_batch counts those that were held', async (db) => {
    const ids = await db.json(
      "SELECT honker_enqueue_batch('q', '[1,2,3,4]', NULL, NULL, NULL, NULL, NULL)",
    );
    await db.claim('q', 'w', 3);
    const list = `[${[...ids, 99, ids[0]].join(', ')}]`;
    expect(
      await db.row("SELECT a, typeof(a) FROM (SELECT honker_ack_batch(?, 'w') AS a)", list),
    ).toEqual([3, 'integer']);
    expect(await db.column('SELECT id FROM _honker_live')).toEqual([ids[3]]);
    expect(await db.value("SELECT honker_ack_batch('[]', 'w')")).toBe(0);
  });

  test('an error in the middle of honker_ack_batch deletes nothing', async (db) => {
    await db.json("SELECT honker_enqueue_batch('q', '[1,2,3]', NULL, NULL, NULL, NULL, NULL)");
    await db.claim('q', 'w', 3);
    await db.run(
      "CREATE TRIGGER refuse BEFORE DELETE ON _honker_live WHEN old.id = 2 BEGIN SELECT RAISE(ABORT, 'two stays'); END",
    );
    await db.refused("SELECT honker_ack_batch('[1,2,3]', 'w')", 'honker_ack_batch: two stays');
    await db.refused(
      "SELECT honker_ack_claims('[1,1,2,1,3,1]', 'w')",
      'honker_ack_claims: two stays',
    );
  });
}
