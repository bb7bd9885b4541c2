import process from 'node:process';

/** Calls `stop` at the first Ctrl-C or SIGTERM; the process ends when nothing is left to do. */
export function onStop(stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void stop();
    });
  }
}
