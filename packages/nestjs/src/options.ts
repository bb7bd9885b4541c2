import type { DriverDatabase, OpenOptions, QueueOptions, StandardSchema } from '@honker/core';
import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import type { HonkerDatabase } from './database.js';

/** What a process does: enqueue only, or run the workers, too. */
export type HonkerRole = 'producer' | 'worker' | 'both';

/** How the module opens a database and runs what is declared for it. */
export interface HonkerModuleOptions extends OpenOptions {
  /**
   * The path of the file; or a connection that the application has opened, of better-sqlite3, node:sqlite or
   * bun:sqlite; or a database that was opened already, by `open()`, `honkerDrizzle()` or `honkerKysely()`. The
   * module closes what it opened, and leaves the rest to whoever opened that.
   */
  database: string | DriverDatabase | HonkerDatabase;
  /**
   * 'producer' starts no worker, stream consumer or schedule here; 'both' starts them; 'worker' does, too, and
   * refuses to start where there is none. Methods with `@OnNotification` run in every role. Default 'both'.
   */
  role?: HonkerRole;
  /**
   * Whose schedules these are, if several applications share the file: each removes those of its own name that
   * it declares no longer. Default 'app'.
   */
  application?: string;
  /**
   * How long running handlers may take to finish at shutdown, in milliseconds; then their signals fire and
   * their jobs are given back without spending an attempt. Default 25,000: Kubernetes kills after 30 s.
   */
  drainTimeoutMs?: number;
}

/** Makes the options of a database, for `forRootAsync({ useClass })`. */
export interface HonkerOptionsFactory {
  createHonkerOptions(): HonkerModuleOptions | Promise<HonkerModuleOptions>;
}

/** Which of several databases. */
export interface DatabaseName {
  /** What decorators and `registerQueue()` call this database by. Default 'default'. */
  name?: string;
}

/** How the module gets its options from other providers: one of `useFactory`, `useClass`, `useExisting`. */
export interface HonkerModuleAsyncOptions extends DatabaseName, Pick<ModuleMetadata, 'imports'> {
  useFactory?: (...args: never[]) => HonkerModuleOptions | Promise<HonkerModuleOptions>;
  inject?: FactoryProvider['inject'];
  useClass?: Type<HonkerOptionsFactory>;
  useExisting?: Type<HonkerOptionsFactory>;
}

/** A queue that can be injected and have processors. */
export interface RegisterQueueOptions extends QueueOptions {
  /** The queue's. */
  name: string;
  /** A Standard Schema (zod, valibot, …): payloads are checked when enqueued, and again before they are handled. */
  schema?: StandardSchema;
  /** The database that it is in. Default: that of the `forRoot()` without a name. */
  databaseName?: string;
}

/** A stream that can be injected. */
export interface RegisterStreamOptions {
  /** The stream's. */
  topic: string;
  /** A Standard Schema: events are checked when published, and again when read, by `@OnStream` too. */
  schema?: StandardSchema;
  /** The database that it is in. Default: that of the `forRoot()` without a name. */
  databaseName?: string;
}

const ROLES = ['producer', 'worker', 'both'];

/** @throws {TypeError | RangeError} for options that are wrong. */
export function checkOptions(
  options: HonkerModuleOptions,
): Required<Pick<HonkerModuleOptions, 'role' | 'application' | 'drainTimeoutMs'>> {
  const { role = 'both', application = 'app', drainTimeoutMs = 25_000 } = options;
  if (!ROLES.includes(role)) {
    throw new TypeError(`role must be one of ${ROLES.join(', ')}, not ${String(role)}`);
  }
  if (typeof application !== 'string' || !/^[^:]+$/.test(application)) {
    throw new TypeError(`application must be a text without a colon, not ${String(application)}`);
  }
  if (!Number.isSafeInteger(drainTimeoutMs) || drainTimeoutMs < 0) {
    throw new RangeError(
      `drainTimeoutMs must be a whole number, at least 0, not ${drainTimeoutMs}`,
    );
  }
  return { role, application, drainTimeoutMs };
}
