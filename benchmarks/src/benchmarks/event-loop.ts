import { setImmediate as nextImmediate } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.js';
import { drain } from '../drain.js';
import { drainRaw } from '../floor/raw-drain.js';
import { atMost } from '../measurement.js';
import { withPair } from '../pair.js';
import { payloadsOf } from '../payload.js';
import { quantile } from '../statistics.js';

/** For how long at a stretch a worker keeps everything else in its process waiting. */
export function eventLoop(concurrency: number): Benchmark {
  const name = `event loop held, concurrency ${concurrency}`;
  return {
    name,
    run: ({ workspace, isQuick }) =>
      withPair(workspace, async ({ queue, raw }) => {
        // So many that p99.9 isn't the one worst turn of the loop.
        const jobs = (concurrency === 1 ? 40_000 : 150_000) * (isQuick ? 0.2 : 1);
        const payloads = payloadsOf(jobs);
        raw.enqueueMany(payloads);
        queue.enqueueMany(payloads);
        const floor = new LoopSampler();
        await drainRaw(raw, concurrency, async () => {}, {
          betweenBatches: yieldEachMs(),
        });
        const floorMs = floor.stop();
        const honker = new LoopSampler();
        const stop = await drain(queue, jobs, { concurrency });
        const honkerMs = honker.stop();
        await stop();
        return [
          {
            name: `event loop held, ${concurrency} at a time`,
            unit: 'ms',
            honker: quantile(honkerMs, 0.999),
            floor: quantile(floorMs, 0.999),
            goal: atMost(5, 'ms'),
            note: `p99.9 of ${honkerMs.length} turns; p50 ${quantile(honkerMs, 0.5).toFixed(1)}, p99 ${quantile(honkerMs, 0.99).toFixed(1)}`,
          },
        ];
      }),
  };
}

/** As honker's workers yield: a turn of the loop for each batch would be no loop that anybody wants. */
function yieldEachMs(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 1) return;
    await nextImmediate();
    last = performance.now();
  };
}

/** Measures each turn of the event loop, from one setImmediate to the next. */
class LoopSampler {
  readonly #turnsMs: number[] = [];
  #last = performance.now();
  #isRunning = true;

  constructor() {
    const sample = () => {
      const now = performance.now();
      this.#turnsMs.push(now - this.#last);
      this.#last = now;
      if (this.#isRunning) setImmediate(sample);
    };
    setImmediate(sample);
  }

  stop(): number[] {
    this.#isRunning = false;
    return this.#turnsMs;
  }
}
