import type { Database, Queue } from '@honker/core';
import {
  getHonkerToken,
  getQueueToken,
  HonkerModule,
  type HonkerModuleOptions,
} from '@honker/nestjs';
import type { DynamicModule, INestApplicationContext, Provider, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { atEnd } from '../../core/test/cleanup.js';
import { openRaw, temporaryPath } from '../../core/test/temporary-database.js';
import { Logs } from './logs.js';

type Import = DynamicModule | Type;

/** What an application of a test is made of. */
export interface Parts extends Partial<HonkerModuleOptions> {
  imports?: Import[];
  providers?: Provider[];
  controllers?: Type[];
  queues?: string[];
}

/** A real application without a server, on a temporary database. */
export class TestApplication {
  readonly app: INestApplicationContext;
  readonly logs: Logs;
  readonly path: string;
  readonly #raw: ReturnType<typeof openRaw>;
  #isClosed = false;

  constructor(app: INestApplicationContext, logs: Logs, path: string) {
    this.app = app;
    this.logs = logs;
    this.path = path;
    this.#raw = openRaw(path);
    atEnd(() => this.close());
  }

  get db(): Database {
    return this.app.get<Database>(getHonkerToken());
  }

  queue<Payload = unknown>(name: string): Queue<Payload> {
    return this.app.get<Queue<Payload>>(getQueueToken(name));
  }

  /** The rows of a table, through a connection of the test's. */
  rows(sql: string): unknown[] {
    return this.#raw.prepare(sql).all();
  }

  run(sql: string): void {
    this.#raw.exec(sql);
  }

  live(): unknown[] {
    return this.rows('SELECT queue, state, attempts FROM _honker_live ORDER BY id');
  }

  dead(): { queue: string; last_error: string }[] {
    return this.rows('SELECT queue, last_error FROM _honker_dead ORDER BY id') as never;
  }

  /** Waits, from commit to commit, until a condition holds. */
  async until(condition: () => boolean): Promise<void> {
    const events = this.db.updateEvents();
    while (!condition()) await events.next();
    await events.return();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.app.close();
  }
}

/** The root module of an application. */
export function rootModule({
  imports = [],
  providers = [],
  controllers = [],
  queues = [],
  database = temporaryPath(),
  ...options
}: Parts): Type {
  class RootModule {}
  Module({
    imports: [
      HonkerModule.forRoot({ database, ...options }),
      HonkerModule.registerQueue(...queues.map((name) => ({ name }))),
      ...imports,
    ],
    providers,
    controllers,
  })(RootModule);
  return RootModule;
}

/** Starts an application; it is closed at the end of the test. */
export async function start(parts: Parts): Promise<TestApplication> {
  const database = parts.database ?? temporaryPath();
  const logs = new Logs();
  const app = await NestFactory.createApplicationContext(rootModule({ ...parts, database }), {
    logger: logs,
    abortOnError: false,
  });
  const path =
    typeof database === 'string' ? database : (database as unknown as { path: string }).path;
  return new TestApplication(app, logs, path);
}

/** The error that keeps an application from starting. */
export async function startError(parts: Parts): Promise<Error> {
  const logs = new Logs();
  try {
    const app = await NestFactory.createApplicationContext(rootModule(parts), {
      logger: logs,
      abortOnError: false,
    });
    await app.close();
  } catch (error) {
    return error as Error;
  }
  throw new Error('the application started');
}
