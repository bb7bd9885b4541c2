import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

/** Jobs 1 (claimed twice, now held at attempt 2), 2 (held), 3 (pending). */
async function heldAndLost(db: TestDatabase): Promise<void> {
  await db.json("SELECT honker_enqueue_batch('q', '[1,2,3]', 5, NULL, NULL, NULL, NULL)");
  await db.claim('q', 'w', 1);
  await db.expireLease(1);
  await db.claim('q', 'w', 2);
}

export function claims(test: ContractTest): void {
  test('honker_ack_claims acks what is held and returns the ids that are not', async (db) => {
    await heldAndLost(db);
    const answer = await db.row(
      "SELECT a, typeof(a) FROM (SELECT honker_ack_claims('[1, 1, 2, 1, 3, 0, 99, 1]', 'w') AS a)",
    );
    expect(answer).toEqual(['[1,3,99]', 'text']);
    expect(await db.column('SELECT id FROM _honker_live ORDER BY id')).toEqual([1, 3]);
    expect(await db.value("SELECT honker_ack_claims('[1,2]', 'w')")).toBe('[]');
  });

  test('honker_heartbeat_claims extends what is held and returns the ids that are not', async (db) => {
    await heldAndLost(db);
    expect(await db.value("SELECT honker_heartbeat_claims('[1,1,2,1,3,0]', 'w', 1000)")).toBe(
      '[1,3]',
    );
    expect(
      await db.column('SELECT claim_expires_at > unixepoch() + 900 FROM _honker_live ORDER BY id'),
    ).toEqual([0, 1, null]);
  });

  test('honker_release_claims gives back what is held without spending the attempt', async (db) => {
    await heldAndLost(db);
    expect(await db.value("SELECT honker_release_claims('[1,1,2,1,3,0]', 'w')")).toBe('[1,3]');
    expect(
      await db.query(
        'SELECT state, worker_id, claim_expires_at, attempts, run_at FROM _honker_live ORDER BY id LIMIT 2',
      ),
    ).toMatchObject([
      ['processing', 'w', expect.anything(), 2, 5],
      ['pending', null, null, 0, 5],
    ]);
    expect((await db.claim('q', 'v', 1)).map((job) => [job.id, job.attempts])).toEqual([[2, 1]]);
  });

  test('an empty list is answered with []', async (db) => {
    expect(await db.value("SELECT honker_ack_claims('[]', 'w')")).toBe('[]');
    expect(await db.value("SELECT honker_heartbeat_claims('[]', 'w', 1)")).toBe('[]');
    expect(await db.value("SELECT honker_release_claims('[]', 'w')")).toBe('[]');
  });

  test('another worker, or one whose lease has expired, holds nothing', async (db) => {
    await db.claimed();
    expect(await db.value("SELECT honker_release_claims('[1,1]', 'v')")).toBe('[1]');
    await db.expireLease(1);
    for (const call of [
      "ack_claims('[1,1]', 'w')",
      "heartbeat_claims('[1,1]', 'w', 9)",
      "release_claims('[1,1]', 'w')",
    ]) {
      expect(await db.value(`SELECT honker_${call}`)).toBe('[1]');
    }
    expect(await db.value('SELECT claim_expires_at < unixepoch() FROM _honker_live')).toBe(1);
  });

  const lists = {
    'must hold an attempt after each id': ['[1]', '[1,1,2]'],
    'must be a JSON array of integers': [
      ...['{}', '7', '"x"', '[1,"1"]', '[1,null]', '[1,1.5]', '[1,1.0]', '[1,1e3]', '[[1,1]]'],
      '[1,9223372036854775808]',
    ],
    'must be valid JSON': ['', '[1,1', '[1,1,]', '[1 1]', 'x'],
  };
  for (const call of [
    "ack_claims(?, 'w')",
    "heartbeat_claims(?, 'w', 1)",
    "release_claims(?, 'w')",
  ]) {
    const name = `honker_${call.split('(')[0]}`;
    test(`${name} refuses a malformed list and changes nothing`, async (db) => {
      await db.claimed();
      for (const [message, wrong] of Object.entries(lists)) {
        for (const list of wrong) {
          await db.refused(`SELECT honker_${call}`, `${name}: claims_json ${message}`, list);
        }
      }
    });
  }
}
