import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function clock(test: ContractTest): void {
  const HOUR = 3600;

  test('shifted, what is due then is due now, and leases end from there', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', NULL, 3600, 0, 3, NULL)");
    const claim = "SELECT honker_claim_batch('q', 'w', 1, 60)";
    expect(await db.value(claim)).toBe('[]');
    const before = await db.integer('SELECT unixepoch()');
    const shifted = await db.integer('SELECT honker_clock_shift(?)', HOUR);
    expect(shifted - before - HOUR).toBeLessThan(60);
    expect(shifted - before).toBeGreaterThanOrEqual(HOUR);
    expect(await db.value(claim)).not.toBe('[]');
    const lease = await db.integer('SELECT claim_expires_at FROM _honker_live');
    expect(lease - shifted).toBeGreaterThanOrEqual(60);
  });

  test('is that of locks, rate limits, results and schedules, too', async (db) => {
    await db.run("SELECT honker_lock_acquire('l', 'a', 60), honker_rate_limit_try('r', 1, 3600)");
    await db.run("SELECT honker_result_save(1, 'kept', 60)");
    await db.run("SELECT honker_scheduler_register('s', 'q', '@every 60s', '1', 0, NULL)");
    const soonest = await db.integer('SELECT honker_scheduler_soonest()');
    await db.run('SELECT honker_clock_shift(3600)');
    expect(await db.value("SELECT honker_lock_acquire('l', 'b', 60)")).toBe(1);
    expect(await db.value("SELECT honker_rate_limit_try('r', 1, 3600)")).toBe(1);
    expect(await db.value('SELECT honker_result_get(1)')).toBe(null);
    await db.run("SELECT honker_scheduler_register('s', 'q', '@every 60s', '1', 0, NULL)");
    const later = await db.integer('SELECT honker_scheduler_soonest()');
    expect(later - soonest).toBeGreaterThanOrEqual(HOUR);
  });

  test('0 ends the shift', async (db) => {
    await db.run('SELECT honker_clock_shift(-3600)');
    const now = await db.integer('SELECT honker_clock_shift(0)');
    expect(Math.abs((await db.integer('SELECT unixepoch()')) - now)).toBeLessThan(60);
  });

  test('a shift of thousands of years, or to a time before 1970, is refused', async (db) => {
    for (const seconds of ['100000000001', '-100000000000', '-9223372036854775808']) {
      await db.refused(
        `SELECT honker_clock_shift(${seconds})`,
        'honker_clock_shift: seconds must be at most 100000000000 and lead to no time before 1970, ' +
          `but is ${seconds}`,
      );
    }
    const present = await db.integer('SELECT unixepoch()');
    await db.run('SELECT honker_clock_shift(60 - unixepoch())');
    await db.refused('SELECT honker_clock_shift(-60 - unixepoch())', 'lead to no time before 1970');
    expect(await db.integer('SELECT honker_clock_shift(0)')).toBeGreaterThanOrEqual(present);
  });

  test('in 1970 the longest delay still fits, and the longest age is no overflow', async (db) => {
    await db.run('SELECT honker_clock_shift(60 - unixepoch())');
    await db.run("SELECT honker_enqueue('q', '1', NULL, 9223372036854775000, 0, 3, NULL)");
    await db.run('SELECT honker_dead_purge(NULL, 9223372036854775807)');
  });
}
