import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function sweep(test: ContractTest): void {
  test('moves expired pending jobs of the queue to dead and counts them', async (db) => {
    await db.json("SELECT honker_enqueue_batch('q', '[1,2]', NULL, NULL, 3, NULL, 0)");
    await db.json("SELECT honker_enqueue_batch('q', '[3]', NULL, 1000, 9, NULL, 0)");
    await db.json("SELECT honker_enqueue_batch('q', '[4]', NULL, NULL, NULL, NULL, 1000)");
    await db.enqueue('q', '5');
    await db.json("SELECT honker_enqueue_batch('other', '[6]', NULL, NULL, NULL, NULL, 0)");
    expect(
      await db.row("SELECT s, typeof(s) FROM (SELECT honker_sweep_expired('q') AS s)"),
    ).toEqual([3, 'integer']);
    expect(await db.query('SELECT payload, last_error FROM _honker_dead ORDER BY id')).toEqual([
      ['1', 'expired'],
      ['2', 'expired'],
      ['3', 'expired'],
    ]);
    expect(await db.column('SELECT payload FROM _honker_live ORDER BY id')).toEqual([
      '4',
      '5',
      '6',
    ]);
    expect(await db.value("SELECT honker_sweep_expired('q')")).toBe(0);
  });

  test('leaves a job that somebody holds', async (db) => {
    await db.claimed();
    await db.run('UPDATE _honker_live SET expires_at = 5');
    expect(await db.value("SELECT honker_sweep_expired('q')")).toBe(0);
  });
}
