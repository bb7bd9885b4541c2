import { describe, it } from 'vitest';
import { chosenClients } from './clients/all.js';
import type { ContractTest } from './contract/contract-test.js';
import { subjects } from './contract/subjects.js';
import { TestDatabase } from './contract/test-database.js';

/** The contract, once through each client that SQLite is used with. */
for (const kind of chosenClients()) {
  const why = kind.unavailable ? ` (skipped: ${kind.unavailable})` : '';
  describe.skipIf(kind.unavailable)(`${kind.name}${why}`, () => {
    const test: ContractTest = (name, run) => {
      it(name, async () => {
        const db = await TestDatabase.create(kind);
        try {
          await db.run('PRAGMA journal_mode = WAL', 'SELECT honker_bootstrap()');
          await run(db);
        } finally {
          await db.close();
        }
      });
    };
    for (const [subject, define] of Object.entries(subjects)) {
      describe(subject, () => define(test));
    }
  });
}
