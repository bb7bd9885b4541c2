import type { AsyncDatabase } from './async-database.js';
import { type AsyncConnection, AwaitedConnection } from './connection/async-connection.js';
import { Database } from './database.js';
import { type OpenOptions, retentionOf } from './open.js';
import { queries } from './queries/queries.js';

/**
 * Opens a database on an asynchronous connection: what `open()` is for a synchronous one. For the adapter of
 * an ORM. Closing the database closes the connection.
 *
 * @example
 * ```ts
 * import { type AsyncConnection, openAsync } from '@honker/core/adapter';
 *
 * async function enqueue(connection: AsyncConnection): Promise<void> {
 *   const db = await openAsync(connection);
 *   await db.queue('emails').enqueue({ to: 'alice@example.com' });
 *   await db.close();
 * }
 * ```
 */
export async function openAsync(
  connection: AsyncConnection,
  options: OpenOptions = {},
): Promise<AsyncDatabase> {
  const retention = retentionOf(options);
  await connection.run(queries.bootstrap());
  const db: unknown = new Database(new AwaitedConnection(connection), retention);
  return db as AsyncDatabase;
}
