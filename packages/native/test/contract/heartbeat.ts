import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function heartbeat(test: ContractTest): void {
  test('the lease now ends extend_s from now; returns 1, an integer', async (db) => {
    const { id } = await db.claimed();
    expect(
      await db.row("SELECT h, typeof(h) FROM (SELECT honker_heartbeat(?, 'w', 1000) AS h)", id),
    ).toEqual([1, 'integer']);
    expect(
      await db.value(
        'SELECT claim_expires_at - unixepoch() BETWEEN 995 AND 1000 FROM _honker_live',
      ),
    ).toBe(1);
    await db.value("SELECT honker_heartbeat(?, 'w', 10)", id);
    expect(
      await db.value('SELECT claim_expires_at - unixepoch() BETWEEN 5 AND 10 FROM _honker_live'),
    ).toBe(1);
  });

  test('a lease is valid in its last second', async (db) => {
    const { id } = await db.claimed();
    await db.run('UPDATE _honker_live SET claim_expires_at = unixepoch() + 1');
    expect(await db.value("SELECT honker_heartbeat(?, 'w', 60)", id)).toBe(1);
  });

  test('never revives a lease that has expired', async (db) => {
    const { id } = await db.claimed();
    await db.expireLease(id);
    expect(await db.value("SELECT honker_heartbeat(?, 'w', 60)", id)).toBe(0);
    expect(await db.value('SELECT claim_expires_at < unixepoch() FROM _honker_live')).toBe(1);
  });

  test('0 for another worker, a pending job and an id that is nobody’s', async (db) => {
    const { id } = await db.claimed();
    const pending = await db.enqueue();
    expect(await db.value("SELECT honker_heartbeat(?, 'v', 60)", id)).toBe(0);
    expect(await db.value("SELECT honker_heartbeat(?, 'w', 60)", pending)).toBe(0);
    expect(await db.value("SELECT honker_heartbeat(99, 'w', 60)")).toBe(0);
  });

  test('the attempt is a fence', async (db) => {
    const { id } = await db.claimed();
    await db.expireLease(id);
    await db.claim();
    expect(await db.value("SELECT honker_heartbeat(?, 'w', 60, 1)", id)).toBe(0);
    expect(await db.value("SELECT honker_heartbeat(?, 'w', 60, 2)", id)).toBe(1);
  });

  test('honker_heartbeat_batch returns the ids still held, as a JSON array', async (db) => {
    await db.json("SELECT honker_enqueue_batch('q', '[1,2,3]', NULL, NULL, NULL, NULL, NULL)");
    await db.claim('q', 'w', 2);
    await db.expireLease(1);
    const answer = await db.row(
      "SELECT h, typeof(h) FROM (SELECT honker_heartbeat_batch('[1,2,3,99]', 'w', 1000) AS h)",
    );
    expect(answer).toEqual(['[2]', 'text']);
    expect(
      await db.value('SELECT claim_expires_at > unixepoch() + 900 FROM _honker_live WHERE id = 2'),
    ).toBe(1);
    expect(await db.value("SELECT honker_heartbeat_batch('[]', 'w', 1000)")).toBe('[]');
  });
}
