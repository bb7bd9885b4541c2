import { describe, requireKnownOptions, requireText } from './arguments.js';
import { handlerDecorator, type ScheduleDecoratorOptions } from './metadata.js';

const OPTIONS = ['name', 'databaseName', 'maxAttempts', 'expiresS'];
const UNITS = 's, m, h or d';

/**
 * Calls a method at the times of a cron expression, once for all processes that have it: `(job, signal)`. It
 * is durable: each time becomes a job, which is retried when the method throws, and which another process does
 * when this one dies. Five fields, or six with the seconds first, or `@hourly` and the like; in local time.
 *
 * @throws {TypeError} for an expression that isn't a text, or an unknown option.
 *
 * @example
 * ```ts
 * @Cron('0 3 * * *', { name: 'nightly' })
 * async report(job: Job<unknown>, signal: AbortSignal) {}
 * ```
 */
export function Cron(expression: string, options: ScheduleDecoratorOptions = {}): MethodDecorator {
  if ((expression as unknown) instanceof Date) {
    throw new TypeError(
      '@Cron() takes an expression: for one moment, enqueue a job with the option runAt',
    );
  }
  requireText(expression, '@Cron()', 'an expression');
  return schedule(`@Cron('${expression}')`, expression, options);
}

/**
 * Calls a method again and again, once for all processes that have it: see `@Cron`.
 *
 * @param interval - a whole number with a unit: `5s`, `10m`, `1h`, `7d`.
 * @throws {TypeError} for anything else, milliseconds included, and for an unknown option.
 *
 * @example
 * ```ts
 * @Every('5s')
 * async poll() {}
 * ```
 */
export function Every(interval: string, options: ScheduleDecoratorOptions = {}): MethodDecorator {
  if (typeof interval === 'number') throw new TypeError(millisecondsMessage(interval));
  if (!/^[1-9]\d*[smhd]$/.test(interval)) {
    throw new TypeError(
      `@Every() takes a whole number with a unit (${UNITS}), like '5s', not ${describe(interval)}`,
    );
  }
  return schedule(`@Every('${interval}')`, `@every ${interval}`, options);
}

function schedule(
  decorator: string,
  expression: string,
  options: ScheduleDecoratorOptions,
): MethodDecorator {
  requireKnownOptions(options, decorator, OPTIONS);
  if (options.name !== undefined) requireText(options.name, decorator, 'name');
  return handlerDecorator(decorator, { kind: 'schedule', expression, options });
}

/** Who comes from @Interval(5000) gives a number. */
function millisecondsMessage(ms: number): string {
  const isWhole = Number.isInteger(ms / 1000) && ms > 0;
  const remedy = isWhole
    ? `write @Every('${ms / 1000}s')`
    : 'the shortest is one second; use setInterval() for less';
  return `@Every() takes a text with a unit (${UNITS}), not ${ms} milliseconds: ${remedy}`;
}
