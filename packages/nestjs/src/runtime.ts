import { Logger } from '@nestjs/common';
import type { DiscoveryService, ModuleRef } from '@nestjs/core';
import {
  backgroundOf,
  type HonkerBackground,
  type HonkerQueue,
  type HonkerStream,
  type HonkerWorker,
  type OpenedDatabase,
} from './database.js';
import { explore, type Host } from './explorer.js';
import type { Invoker } from './invoker.js';
import { keepRunning } from './keep-running.js';
import { HonkerModuleError } from './module-error.js';
import { listenForNotifications } from './notification-listener.js';
import { checkOptions, type HonkerModuleOptions } from './options.js';
import { databaseNamesOf, decoratorOf, type Plan, planFor } from './plan.js';
import { eventProblems, logOutcomes, startQueueWorker } from './queue-worker.js';
import {
  type DeclaredSchedule,
  declaredSchedules,
  reconcileSchedules,
} from './schedule-declaration.js';
import { StopSignals } from './stop-signals.js';
import { consumeStream } from './stream-consumer.js';
import {
  getHonkerToken,
  getQueueToken,
  getRegistrationToken,
  getRuntimeToken,
  getStreamToken,
} from './tokens.js';

/** What a runtime is made of. */
interface RuntimeParts {
  databaseName: string;
  opened: OpenedDatabase;
  options: HonkerModuleOptions;
  discovery: DiscoveryService;
  moduleRef: ModuleRef;
  invoker: () => Invoker;
}

/**
 * Runs what the decorators declare for one database. Nest calls its hooks: everything is checked at
 * onModuleInit, and starts on application bootstrap; nothing new is begun from onModuleDestroy on, and
 * beforeApplicationShutdown waits for what runs. The database is closed after that.
 */
export class HonkerRuntime {
  readonly databaseName: string;
  /** The workers of this process, by their queues. */
  readonly workers = new Map<string, HonkerWorker>();
  /** What has ended for good, although it should run. */
  readonly failures: string[] = [];
  readonly #parts: RuntimeParts;
  readonly #options: ReturnType<typeof checkOptions>;
  readonly #logger: Logger;
  readonly #signals = new StopSignals();
  readonly #loops: Promise<void>[] = [];
  #plan: Plan = { queues: [], streams: [], notifications: [], schedules: [] };
  #invoker: Invoker | undefined;
  #stopped: Promise<void> | undefined;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    this.databaseName = parts.databaseName;
    this.#options = checkOptions(parts.options);
    this.#logger = new Logger(
      parts.databaseName === 'default' ? 'Honker' : `Honker:${parts.databaseName}`,
    );
  }

  get background(): HonkerBackground {
    return backgroundOf(this.#parts.opened.db);
  }

  /** The queues that have processors here, whether their workers run or not. */
  get queueNames(): string[] {
    return this.#plan.queues.map(({ queue }) => queue);
  }

  /** A queue, as it was registered. */
  queue(name: string): HonkerQueue {
    const token = getQueueToken(name, this.databaseName);
    return this.#parts.moduleRef.get<HonkerQueue>(token, { strict: false });
  }

  /** A stream, as it was registered, if it was. */
  #stream(topic: string): HonkerStream {
    const token = getStreamToken(topic, this.databaseName);
    const [registered] = find(this.#parts.moduleRef, token) as HonkerStream[];
    return registered ?? this.#parts.opened.db.stream(topic);
  }

  async onModuleInit(): Promise<void> {
    const problems: string[] = [];
    const hosts = explore(this.#parts.discovery);
    this.#plan = planFor(this.databaseName, hosts, problems);
    this.#checkDatabases(hosts, problems);
    this.#checkQueues(problems);
    this.#checkRole(problems);
    if (problems.length === 0) return;
    await this.#abandonAll();
    throw new HonkerModuleError(problems);
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.#abandonAll();
      throw error;
    }
  }

  /** Nest calls no hook of an application that failed to start, on those of its other databases neither. */
  async #abandonAll(): Promise<void> {
    for (const { instance } of this.#parts.discovery.getProviders()) {
      if (!(instance instanceof HonkerRuntime)) continue;
      instance.onModuleDestroy();
      await instance.beforeApplicationShutdown();
      await instance.#parts.opened.close();
    }
  }

  onModuleDestroy(): void {
    this.#stopped ??= this.#stop();
    // What it fails with is told to who waits for it.
    this.#stopped.catch(() => {});
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#stopped;
  }

  /** Starts the workers of the queues, unless they run; returns the queues of those that it has started. */
  startWorkers(): string[] {
    const started: string[] = [];
    for (const plan of this.#plan.queues) {
      if (this.workers.has(plan.queue)) continue;
      const queue = this.queue(plan.queue);
      const worker = startQueueWorker(plan, queue, this.background, this.#invokers(), this.#logger);
      this.workers.set(plan.queue, worker);
      started.push(plan.queue);
    }
    return started;
  }

  /** Stops the workers of some queues, when what they run has come to its end. */
  async stopWorkers(queues: readonly string[]): Promise<void> {
    const timeoutMs = this.#options.drainTimeoutMs;
    await Promise.all(queues.map((queue) => this.workers.get(queue)?.stop({ timeoutMs })));
    for (const queue of queues) this.workers.delete(queue);
  }

  #invokers(): Invoker {
    this.#invoker ??= this.#parts.invoker();
    return this.#invoker;
  }

  async #start(): Promise<void> {
    const { notifications, streams, schedules } = this.#plan;
    for (const handler of notifications) {
      const invoke = this.#invokers().create(handler.host, handler.metadata.method);
      this.#keep(handler.metadata.decorator, () =>
        listenForNotifications(handler, invoke, this.background, this.#signals, this.#logger),
      );
    }
    if (this.#options.role === 'producer') return;
    await this.#startSchedules(schedules);
    this.startWorkers();
    for (const handler of streams) {
      const invoke = this.#invokers().create(handler.host, handler.metadata.method);
      const stream = this.#stream(handler.metadata.topic);
      this.#keep(handler.metadata.decorator, () =>
        consumeStream(handler, invoke, stream, this.background, this.#signals, this.#logger),
      );
    }
    this.#keep('the scheduler', () =>
      this.background.scheduler().run({ signal: this.#signals.stopping }),
    );
  }

  async #startSchedules(handlers: Plan['schedules']): Promise<void> {
    const { application } = this.#options;
    const declared = declaredSchedules(handlers, application);
    for (const name of await reconcileSchedules(declared, application, this.background)) {
      this.#logger.log(`removed the schedule ${name}: no class of this application declares it`);
    }
    for (const each of declared) this.#startSchedule(each);
  }

  #startSchedule({ handler, name, maxAttempts }: DeclaredSchedule): void {
    const invoke = this.#invokers().create(handler.host, handler.metadata.method);
    const worker = this.#parts.opened.db
      .queue(name, { maxAttempts })
      .work((job, { signal }) => invoke(job, signal));
    logOutcomes(worker, name, this.#logger);
    this.workers.set(name, worker);
  }

  #keep(what: string, run: () => Promise<void>): void {
    const { stopping } = this.#signals;
    const loop = keepRunning(what, run, stopping, this.#logger).then((error) => {
      if (error) this.failures.push(`${what}: ${error.message}`);
    });
    this.#loops.push(loop);
  }

  async #stop(): Promise<void> {
    const timeoutMs = this.#options.drainTimeoutMs;
    this.#signals.stop();
    const timer = setTimeout(() => this.#signals.giveUp(), timeoutMs);
    const workers = Array.from(this.workers.values(), (worker) => worker.stop({ timeoutMs }));
    try {
      await Promise.all([...workers, ...this.#loops]);
    } finally {
      clearTimeout(timer);
      this.workers.clear();
    }
  }

  #checkDatabases(hosts: readonly Host[], problems: string[]): void {
    const { moduleRef } = this.#parts;
    const runtimes = find(moduleRef, getRuntimeToken(this.databaseName));
    if (runtimes.length > 1) {
      problems.push(
        `HonkerModule.forRoot() was called ${runtimes.length} times for the database '${this.databaseName}': call it once, ` +
          'or give each a name of its own',
      );
    }
    for (const host of hosts) {
      for (const [name, decorator] of databaseNamesOf(host)) {
        if (find(moduleRef, getHonkerToken(name)).length > 0) continue;
        problems.push(
          `${host.type.name}: ${decorator} is in the database '${name}', which no HonkerModule.forRoot({ name: '${name}' }) opens`,
        );
      }
    }
  }

  #checkQueues(problems: string[]): void {
    for (const plan of this.#plan.queues) {
      const token = getQueueToken(plan.queue, this.databaseName);
      const [options, ...others] = find(this.#parts.moduleRef, getRegistrationToken(token));
      const at = `${plan.hosts[0]?.type.name}: ${decoratorOf(plan.queue)}`;
      if (options === undefined) {
        problems.push(
          `${at} names a queue that is not registered: import HonkerModule.registerQueue({ name: '${plan.queue}' }) in a module`,
        );
      } else if (others.some((other) => !isShallowEqual(options, other))) {
        problems.push(`${at}: registerQueue() was called for this queue with different options`);
      }
      problems.push(...eventProblems(plan));
    }
  }

  #checkRole(problems: string[]): void {
    const { queues, streams, schedules } = this.#plan;
    if (this.#options.role !== 'worker' || queues.length + streams.length + schedules.length > 0) {
      return;
    }
    problems.push(
      `the role is 'worker', and no provider has a @Processor, @OnStream, @Cron or @Every for the database ` +
        `'${this.databaseName}': is the module with them imported?`,
    );
  }
}

/** Whatever is provided by a token, in all modules. */
function find(moduleRef: ModuleRef, token: string): unknown[] {
  try {
    return moduleRef.get(token, { strict: false, each: true });
  } catch {
    return [];
  }
}

function isShallowEqual(one: unknown, other: unknown): boolean {
  const all = { ...Object(one), ...Object(other) };
  return Object.keys(all).every((key) => Object(one)[key] === Object(other)[key]);
}
