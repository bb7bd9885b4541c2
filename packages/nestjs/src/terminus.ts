/**
 * A health indicator for @nestjs/terminus.
 *
 * @module
 */
import { describeError } from '@honker/core/adapter';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { HonkerRuntime } from './runtime.js';
import { getRuntimeToken } from './tokens.js';

/** When a database counts as ill. */
export interface HonkerHealthOptions {
  /** Which of several databases. Default: that of the `forRoot()` without a name. */
  databaseName?: string;
  /**
   * It is down when a job of a queue with a processor in this process has been ready for longer than this many
   * seconds. It costs what the queues are long. Default: jobs may wait.
   */
  maxWaitS?: number;
}

/**
 * Tells whether a database answers and everything declared for it runs.
 *
 * @example
 * ```ts
 * @Controller('health')
 * export class HealthController {
 *   constructor(
 *     private readonly health: HealthCheckService,
 *     private readonly honker: HonkerHealthIndicator, // a provider of the module, which imports TerminusModule
 *   ) {}
 *
 *   @Get()
 *   @HealthCheck()
 *   check() {
 *     return this.health.check([() => this.honker.isHealthy('honker', { maxWaitS: 60 })]);
 *   }
 * }
 * ```
 */
export class HonkerHealthIndicator {
  readonly #indicators: HealthIndicatorService;
  readonly #moduleRef: ModuleRef;

  /** @internal Nest calls it. */
  constructor(indicators: HealthIndicatorService, moduleRef: ModuleRef) {
    this.#indicators = indicators;
    this.#moduleRef = moduleRef;
  }

  /**
   * Up, with the queues whose workers run here; or down, with the reason.
   *
   * @throws {Error} where no `forRoot()` has opened the database.
   */
  async isHealthy<Key extends string>(
    key: Key,
    { databaseName, maxWaitS }: HonkerHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const indicator = this.#indicators.check(key);
    const token = getRuntimeToken(databaseName);
    const runtime = this.#moduleRef.get<HonkerRuntime>(token, { strict: false });
    const message = await illness(runtime, maxWaitS);
    return message === undefined
      ? indicator.up({ workers: [...runtime.workers.keys()] })
      : indicator.down({ message });
  }
}
Injectable()(HonkerHealthIndicator);
Inject(HealthIndicatorService)(HonkerHealthIndicator, undefined, 0);
Inject(ModuleRef)(HonkerHealthIndicator, undefined, 1);

async function illness(
  runtime: HonkerRuntime,
  maxWaitS = Number.POSITIVE_INFINITY,
): Promise<string | undefined> {
  const { background, failures } = runtime;
  if (!background.isOpen) return 'the database is closed';
  if (failures.length > 0) return failures.join('; ');
  try {
    await background.scheduler().list();
    if (maxWaitS === Number.POSITIVE_INFINITY) return undefined;
    for (const name of runtime.queueNames) {
      const { oldestReadyS } = await runtime.queue(name).stats();
      if ((oldestReadyS ?? 0) > maxWaitS) {
        return `a job of the queue '${name}' has been ready for ${oldestReadyS} s`;
      }
    }
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}
