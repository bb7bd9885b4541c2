import type { Queue, WorkOptions } from '@honker/core';

/** Runs a worker until it has acked `jobs` of them. Resolves with what stops it. */
export function drain(
  queue: Queue<unknown>,
  jobs: number,
  options: WorkOptions,
): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const worker = queue.work(async () => {}, options);
    let completed = 0;
    worker.on('completed', () => {
      completed++;
      if (completed === jobs) resolve(() => worker.stop());
    });
    for (const name of ['failed', 'dead', 'lost'] as const) {
      worker.on(name, () => reject(new Error(`a job of the benchmark was reported as ${name}`)));
    }
    worker.on('error', reject);
  });
}
