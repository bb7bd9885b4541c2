import { type DriverDatabase, TransactionOpenError } from '@honker/core';
import type { KyselyDatabase } from './kysely.js';

/**
 * Makes sure that `database` is the object that `db` runs its statements on, by a transaction of the one that
 * the other must see. A job would else be written beside the transaction, and not in it.
 *
 * @throws {TypeError} if it isn't.
 */
export async function requireSameConnection(
  db: KyselyDatabase,
  database: DriverDatabase,
): Promise<void> {
  if (isInTransaction(database)) {
    throw new TransactionOpenError('honkerKysely()', 'Call it before the transaction begins.');
  }
  const isSame = await db.transaction().execute(async () => isInTransaction(database));
  if (!isSame) {
    throw new TypeError(
      "honkerKysely(db, database) takes as its second argument the database that Kysely's own dialect has: " +
        'new SqliteDialect({ database })',
    );
  }
}

/** By the name that its driver has for it. */
function isInTransaction(database: DriverDatabase): boolean {
  const { inTransaction, isTransaction } = (database ?? {}) as {
    inTransaction?: boolean;
    isTransaction?: boolean;
  };
  return inTransaction ?? isTransaction ?? false;
}
