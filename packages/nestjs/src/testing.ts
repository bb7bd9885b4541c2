/**
 * For tests of applications: a database of its own in a temporary file, and jobs that run when the test says.
 *
 * @module
 */
import type { Job } from '@honker/core';
import { type Drained, temporaryDatabase } from '@honker/core/testing';
import { type DynamicModule, Module } from '@nestjs/common';
import { OpenedDatabase } from './database.js';
import { drainRuntime } from './drain.js';
import { requireDatabaseName, rootModule } from './honker-module.js';
import type { DatabaseName, HonkerModuleOptions } from './options.js';
import type { HonkerRuntime } from './runtime.js';
import { getHonkerOptionsToken, getOpenedToken, getRuntimeToken } from './tokens.js';

/** How the module runs in a test. */
export interface HonkerTestingOptions extends Omit<HonkerModuleOptions, 'database'>, DatabaseName {}

/** What is needed of `Test.createTestingModule()`'s builder. */
interface Builder<Self> {
  overrideProvider(token: string): { useFactory(options: { factory: () => unknown }): Self };
}

/** What is needed of an application or a TestingModule. */
interface Application {
  get<Value>(token: string, options: { strict: false }): Value;
}

/**
 * `HonkerModule.forRoot()` for tests: in a temporary file, which goes when the application is closed, and without
 * workers unless a `role` asks for them.
 *
 * @example
 * ```ts
 * const module = await Test.createTestingModule({
 *   imports: [HonkerTestingModule.forRoot(), EmailsModule],
 * }).compile();
 * await module.init();
 * module.get<Queue<Email>>(getQueueToken('emails')).enqueue({ to: 'alice@example.com' });
 * const { completed } = await drain(module);
 * console.log(completed.length); // => 1
 * await module.close();
 * ```
 */
// biome-ignore lint/complexity/noStaticOnlyClass: a module of Nest is a class.
export class HonkerTestingModule {
  /** In place of `HonkerModule.forRoot()`. */
  static forRoot(options: HonkerTestingOptions = {}): DynamicModule {
    const databaseName = requireDatabaseName(options.name);
    const imports = [
      rootModule(databaseName, {
        providers: [
          { provide: getHonkerOptionsToken(databaseName), useFactory: () => optionsFor(options) },
        ],
        open: openTemporary,
      }),
    ];
    return { module: HonkerTestingModule, imports };
  }

  /**
   * Gives the `HonkerModule.forRoot()` of a whole application such a database.
   *
   * @example
   * ```ts
   * const builder = Test.createTestingModule({ imports: [AppModule] });
   * const module = await HonkerTestingModule.override(builder).compile();
   * ```
   */
  static override<Self extends Builder<Self>>(
    builder: Self,
    options: HonkerTestingOptions = {},
  ): Self {
    const databaseName = requireDatabaseName(options.name);
    return builder
      .overrideProvider(getHonkerOptionsToken(databaseName))
      .useFactory({ factory: () => optionsFor(options) })
      .overrideProvider(getOpenedToken(databaseName))
      .useFactory({ factory: () => openTemporary(options) });
  }
}
Module({})(HonkerTestingModule);

/**
 * Runs the processors of an application until no job of their queues is ready, then stops them, unless they ran
 * before. What is due later stays, retries included: the `testClock()` of @honker/core/testing makes it due.
 *
 * @returns what became of the jobs.
 * @throws {Error} what a worker reports as its `error`.
 *
 * @example
 * ```ts
 * emails.enqueue({ to: 'nobody' });
 * const { dead } = await drain(app);
 * ```
 */
export function drain(
  app: Application,
  { name }: DatabaseName = {},
): Promise<Drained<Job<unknown>>> {
  return drainRuntime(app.get<HonkerRuntime>(getRuntimeToken(name), { strict: false }));
}

function openTemporary({ notifications = {} }: Pick<HonkerModuleOptions, 'notifications'>) {
  return new OpenedDatabase(temporaryDatabase({ notifications }), true);
}

function optionsFor({ name: _, ...options }: HonkerTestingOptions): HonkerModuleOptions {
  return { role: 'producer', ...options, database: 'a temporary file' };
}
