import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atEnd } from '../cleanup.js';
import { temporaryDirectory } from '../temporary-database.js';

/** Why no clock can be shifted here; undefined where one can. */
export const noShiftedClock =
  process.platform === 'linux' ? undefined : 'clocks are shifted by LD_PRELOAD, on Linux';

/** The clocks of all processes that are given its `env`. */
export class ShiftedClock {
  readonly env: Record<string, string>;
  readonly #file: number;

  constructor() {
    const directory = temporaryDirectory();
    const library = join(directory, 'clock.so');
    const source = fileURLToPath(new URL('clock.c', import.meta.url));
    execFileSync(process.env.CC ?? 'cc', [
      '-shared',
      '-fPIC',
      '-O1',
      '-o',
      library,
      source,
      '-ldl',
    ]);
    const path = join(directory, 'clock');
    this.#file = openSync(path, 'w');
    atEnd(() => closeSync(this.#file));
    this.shift(0);
    this.env = { LD_PRELOAD: library, HONKER_TEST_CLOCK: path };
  }

  /** From the real time, in seconds: the wall clock, and the one that timers run by. */
  shift(wallS: number, monotonicS = 0): void {
    writeSync(this.#file, new BigInt64Array([BigInt(wallS), BigInt(monotonicS)]), 0, 16, 0);
  }
}
