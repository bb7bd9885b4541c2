import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of this folder, in a process of its own. */
export class Program {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  #isToEnd = false;

  /** @param onFailure - called if it ends by anything but itself, or by what is asked for below. */
  constructor(script: string, args: string[], onFailure: (error: Error) => void) {
    this.#process = fork(fileURLToPath(new URL(script, import.meta.url)), args);
    this.#exited = once(this.#process, 'exit');
    this.#process.once('exit', (code, signal) => {
      // Ctrl-C goes to every process of the terminal, to one that has hardly started as well.
      const isFine = code === 0 || signal === 'SIGINT' || (code === null && this.#isToEnd);
      if (!isFine) onFailure(new Error(`${script} ended with ${signal ?? `exit code ${code}`}`));
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  async ended(): Promise<void> {
    await this.#exited;
  }

  /** Lets it finish what it does. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** `kill -9`: not one more line of it runs. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  #end(signal: NodeJS.Signals): Promise<void> {
    this.#isToEnd = true;
    this.#process.kill(signal);
    return this.ended();
  }
}
