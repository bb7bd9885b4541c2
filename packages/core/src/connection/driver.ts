import type { SqlValue, WriteResult } from './connection.js';

/** A prepared statement, whatever its driver calls its methods. */
export interface DriverStatement {
  /** The one column of the one row; the statement is stepped to its end. */
  value(parameters: readonly unknown[]): unknown;
  run(parameters: readonly SqlValue[]): WriteResult;
  all(parameters: readonly SqlValue[]): Record<string, unknown>[];
  /** For the drivers that leave the file open while there are statements; the others do it at the close. */
  finalize(): void;
}

/** An open database of one driver. Each driver has a small file of its own beside this one. */
export interface Driver {
  /** Absolute, since the process may change its working directory. */
  readonly path: string;
  /** The driver's own object. */
  readonly handle: object;
  readonly isOpen: boolean;
  /** Whether a transaction is open, whoever began it. */
  readonly inTransaction: boolean;
  prepare(sql: string): DriverStatement;
  exec(sql: string): void;
  loadExtension(path: string): void;
  close(): void;
}

/**
 * Whether somebody else's lock was in the way; every driver says it in another way.
 *
 * @example
 * ```ts
 * import { isBusy } from '@honker/core/adapter';
 *
 * try {
 *   emails.enqueue({ to: 'alice@example.com' });
 * } catch (error) {
 *   if (!isBusy(error)) throw error;
 * }
 * ```
 */
export function isBusy(error: unknown): boolean {
  const { code, errcode, message } = error as Record<string, unknown>;
  if (typeof code === 'string' && code.startsWith('SQLITE_BUSY')) return true;
  // node:sqlite has the number; Deno's has only the text.
  if (typeof errcode === 'number') return (errcode & 0xff) === 5;
  return message === 'database is locked';
}
