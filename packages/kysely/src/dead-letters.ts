import type { AsyncDeadLetters } from '@honker/core';
import type { ExclusiveConnection } from './connection.js';
import type { KyselyHandle } from './kysely.js';
import { methodsOf } from './methods.js';

/**
 * The dead letters of one queue: `queue.dead`.
 *
 * @example
 * ```ts
 * for (const { id, lastError } of await emails.dead.list()) {
 *   console.log(id, lastError);
 *   await emails.dead.requeue(id);
 * }
 * ```
 */
export interface KyselyDeadLetters<Payload>
  extends Pick<AsyncDeadLetters<Payload>, 'list' | 'purge'> {
  /**
   * Puts a dead job back into its queue, to run now, its attempts starting at 0 again. Given a transaction, when
   * and only when that commits.
   *
   * @returns the id of the new job, or null if there is no such dead job in this queue.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * const [failed] = await emails.dead.list();
   * if (failed) {
   *   await db.transaction().execute(async (trx) => {
   *     await trx.updateTable('users').set({ email: 'alice@example.com' }).execute();
   *     await emails.dead.requeue(trx, failed.id);
   *   });
   * }
   * ```
   */
  requeue(handle: KyselyHandle, id: number): Promise<number | null>;
  requeue(id: number): Promise<number | null>;
}

export function kyselyDeadLetters<Payload>(
  dead: AsyncDeadLetters<Payload>,
  connection: ExclusiveConnection,
): KyselyDeadLetters<Payload> {
  return {
    ...methodsOf(dead, ['list', 'purge']),
    async requeue(handleOrId: KyselyHandle | number, id?: number) {
      return id === undefined
        ? await dead.requeue(handleOrId as number)
        : await dead.requeueTx(connection.handed(handleOrId as KyselyHandle), id);
    },
  };
}
