import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFile } from '../connection/open-file.js';
import { Database } from '../database.js';
import { type OpenOptions, retentionOf } from '../open.js';

/**
 * A database in a folder of its own, which `close()` deletes.
 *
 * @example
 * ```ts
 * import { type TemporaryDatabase, temporaryDatabase } from '@honker/core/testing';
 *
 * const testDatabase: TemporaryDatabase = temporaryDatabase();
 * testDatabase.close(); // deletes it
 * ```
 */
export class TemporaryDatabase extends Database {
  readonly #directory: string;

  /** @internal Tests call `temporaryDatabase()`. */
  constructor(directory: string, options: OpenOptions) {
    super(openFile(join(directory, 'app.db')), retentionOf(options));
    this.#directory = directory;
  }

  override close(): void {
    super.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/**
 * Opens a new, empty database for one test: a real file, in a temporary folder that `close()` deletes.
 *
 * @example
 * ```ts
 * import { temporaryDatabase } from '@honker/core/testing';
 *
 * const db = temporaryDatabase();
 * db.queue('emails').enqueue({ to: 'alice@example.com' });
 * db.close();
 * ```
 */
export function temporaryDatabase(options: OpenOptions = {}): TemporaryDatabase {
  return new TemporaryDatabase(mkdtempSync(join(tmpdir(), 'honker-')), options);
}
