import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

const next = "SELECT honker_queue_next_claim_at('q')";

export function nextClaimAt(test: ContractTest): void {
  test('0, an integer, when the queue is empty or everything is ready', async (db) => {
    expect(await db.row(`SELECT n, typeof(n) FROM (${next} AS n)`)).toEqual([0, 'integer']);
    await db.enqueue();
    await db.run("SELECT honker_enqueue('other', '1', NULL, 100, NULL, NULL, NULL)");
    expect(await db.value(next)).toBe(0);
  });

  test('the earliest future run_at over all priorities', async (db) => {
    for (const [delay, priority] of [
      [300, 9],
      [100, 1],
      [200, 5],
      [50, 1],
    ]) {
      await db.query(
        "SELECT honker_enqueue('q', '1', NULL, ?, ?, NULL, NULL)",
        delay ?? 0,
        priority ?? 0,
      );
    }
    await db.enqueue('q', '1', 1); // ready: it isn't in the future
    expect(
      await db.value(`SELECT (${next}) = (SELECT run_at FROM _honker_live WHERE id = 4)`),
    ).toBe(1);
  });

  test('one second after the first lease ends', async (db) => {
    await db.claimed();
    await db.claimed();
    await db.run('UPDATE _honker_live SET claim_expires_at = unixepoch() + 20 + id');
    expect(
      await db.value(
        `SELECT (${next}) = (SELECT claim_expires_at + 1 FROM _honker_live WHERE id = 1)`,
      ),
    ).toBe(1);
  });

  test('a lease that has expired is ready now, not in the future', async (db) => {
    const { id } = await db.claimed();
    await db.expireLease(id);
    expect(await db.value(next)).toBe(0);
  });

  test('whichever comes first', async (db) => {
    await db.claimed();
    await db.run("SELECT honker_enqueue('q', '1', NULL, 30, NULL, NULL, NULL)");
    expect(
      await db.value(`SELECT (${next}) = (SELECT run_at FROM _honker_live WHERE id = 2)`),
    ).toBe(1);
    await db.run('UPDATE _honker_live SET claim_expires_at = unixepoch() + 10 WHERE id = 1');
    expect(
      await db.value(
        `SELECT (${next}) = (SELECT claim_expires_at + 1 FROM _honker_live WHERE id = 1)`,
      ),
    ).toBe(1);
  });

  test('at the end of time', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', 9223372036854775806, NULL, NULL, NULL, NULL)");
    expect(await db.value(next)).toBe(9223372036854775806n);
  });
}
