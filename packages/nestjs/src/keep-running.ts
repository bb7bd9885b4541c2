import { describeError } from '@honker/core/adapter';
import type { Logger } from '@nestjs/common';
import { pause } from './stop-signals.js';
import { codeOf, stackOf } from './thrown.js';

const PAUSE_AFTER_ERROR_MS = 1000;
/** Only opening the database again helps. */
const FINAL = ['HONKER_CLOSED', 'HONKER_DATABASE_REPLACED'];

/**
 * Runs something until `signal` fires, and again when it fails: a full disk may have room again.
 *
 * @returns why it ended, if not by the signal.
 */
export async function keepRunning(
  what: string,
  run: () => Promise<void>,
  signal: AbortSignal,
  logger: Logger,
): Promise<Error | undefined> {
  while (!signal.aborted) {
    try {
      await run();
    } catch (error) {
      if (signal.aborted) return undefined;
      logger.error(`${what}: ${describeError(error)}`, stackOf(error));
      if (FINAL.includes(codeOf(error) as string)) return error as Error;
      await pause(PAUSE_AFTER_ERROR_MS, signal);
    }
  }
  return undefined;
}
