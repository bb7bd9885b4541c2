import type { Schedule } from '@honker/core';
import type { HonkerBackground } from './database.js';
import { HonkerModuleError } from './module-error.js';
import { type Handler, placeOf, scheduleName } from './plan.js';

const DEFAULT_MAX_ATTEMPTS = 3;

/** A schedule of an application in its database; its queue has the same name. */
export interface DeclaredSchedule {
  handler: Handler<'schedule'>;
  name: string;
  maxAttempts: number;
}

/**
 * The name in the database of a schedule that `@Cron` or `@Every` has declared, and of its queue: for
 * `db.scheduler().pause()` and its like.
 *
 * @example
 * ```ts
 * db.scheduler().pause(getScheduleName('nightly'));
 * ```
 */
export function getScheduleName(name: string, application = 'app'): string {
  return `nest:${application}:${name}`;
}

/** What the decorators declare for an application. */
export function declaredSchedules(
  handlers: readonly Handler<'schedule'>[],
  application: string,
): DeclaredSchedule[] {
  return handlers.map((handler) => ({
    handler,
    name: getScheduleName(scheduleName(handler), application),
    maxAttempts: handler.metadata.options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
  }));
}

/**
 * Makes the application's schedules in the database those that are declared. One that is there as it should be
 * isn't touched: adding it would begin its interval anew at each start, and resume one that was paused.
 *
 * @returns the names of those removed.
 */
export async function reconcileSchedules(
  declared: readonly DeclaredSchedule[],
  application: string,
  background: HonkerBackground,
): Promise<string[]> {
  const scheduler = background.scheduler();
  const present = new Map<string, Schedule>();
  for (const schedule of await scheduler.list()) {
    if (isOurs(schedule, application)) present.set(schedule.name, schedule);
  }
  for (const each of declared) {
    await declare(each, present.get(each.name), scheduler);
    present.delete(each.name);
  }
  for (const name of present.keys()) await scheduler.remove(name);
  return [...present.keys()];
}

/** What somebody else has added goes to a queue of theirs. */
function isOurs({ name, queue }: Schedule, application: string): boolean {
  return name === queue && name.startsWith(getScheduleName('', application));
}

async function declare(
  { handler, name, maxAttempts }: DeclaredSchedule,
  present: Schedule | undefined,
  scheduler: ReturnType<HonkerBackground['scheduler']>,
): Promise<void> {
  const { expression, options, decorator } = handler.metadata;
  const { expiresS } = options;
  try {
    if (present === undefined) {
      const expiry = expiresS === undefined ? {} : { expiresS };
      await scheduler.add({ name, queue: name, schedule: expression, maxAttempts, ...expiry });
      return;
    }
    const isSame =
      present.schedule === expression &&
      present.maxAttempts === maxAttempts &&
      present.expiresS === (expiresS ?? null);
    if (isSame) return;
    await scheduler.update(name, {
      ...(present.schedule === expression ? {} : { schedule: expression }),
      maxAttempts,
      expiresS: expiresS ?? null,
    });
  } catch (cause) {
    const problem = `${placeOf(handler)}: ${decorator}: ${(cause as Error).message}`;
    throw new HonkerModuleError([problem], { cause });
  }
}
