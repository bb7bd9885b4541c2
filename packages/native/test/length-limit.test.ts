import { spawnSync } from 'node:child_process';
import { extensionPath } from '@honker/native';
import { describe, expect, it } from 'vitest';
import { shell } from './clients/shell.js';

/** Runs statements with SQLITE_LIMIT_LENGTH at 3000; the sqlite3 shell is the client here that can. */
function runLimited(before: string[], after: string[]): string[] {
  const input = [
    `.load '${extensionPath()}'`,
    'SELECT honker_bootstrap();',
    ...before,
    '.limit length 3000', // it says so
    ...after,
    '',
  ].join('\n');
  const result = spawnSync('sqlite3', ['-batch', ':memory:'], { input, encoding: 'utf8' });
  expect(result.stderr).toBe('');
  return result.stdout.trim().split('\n').slice(2);
}

/** A payload of 2 + 2 × `quotes` bytes; in the JSON of a claim it takes twice as many. */
const insert = (quotes: number) =>
  `INSERT INTO _honker_live (queue, payload) SELECT 'q', json_quote(replace(hex(zeroblob(${quotes / 2})), '0', '"'));`;
const claimedIds =
  "SELECT json_group_array(value ->> 'id') FROM json_each(honker_claim_batch('q', 'w', 9, 60));";

describe.skipIf(shell.unavailable)('payloads as long as SQLite allows', () => {
  it('a job that no claim could ever return is buried, and stops no other', () => {
    const dead = 'SELECT id, last_error, length(payload) FROM _honker_dead;';
    expect(runLimited([insert(1000), insert(10)], [claimedIds, dead])).toEqual([
      '[2]',
      '1|payload is too large to be claimed|2002',
    ]);
  });

  it('jobs that fit one by one but not together are claimed one by one', () => {
    const dead = 'SELECT count(*) FROM _honker_dead;';
    expect(
      runLimited([insert(500), insert(500)], [claimedIds, claimedIds, claimedIds, dead]),
    ).toEqual(['[1]', '[2]', '[]', '0']);
  });
});
