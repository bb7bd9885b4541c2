import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { STOP } from './messages.js';

/** The demo's side of a child process. */
export class Child {
  readonly name: string;
  /** Its end: undefined if it was a good one, otherwise what happened. */
  readonly ended: Promise<string | undefined>;
  readonly #process: ChildProcess;
  #isKilled = false;

  /** Runs a script of this folder. What it writes goes where the demo's own output goes. */
  constructor(name: string, script: string, args: string[], onMessage: (message: never) => void) {
    this.name = name;
    this.#process = fork(fileURLToPath(new URL(script, import.meta.url)), args);
    this.#process.on('message', (message) => onMessage(message as never));
    this.ended = new Promise((resolve) => {
      this.#process.on('error', (error) => resolve(`failed: ${error.message}`));
      this.#process.on('exit', (code, signal) => {
        const isGood = code === 0 || this.#isKilled;
        resolve(isGood ? undefined : `ended with ${signal ?? `exit code ${code}`}`);
      });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Lets it finish what it does. */
  stop(): void {
    if (this.#process.connected) this.#process.send(STOP, () => {});
  }

  /** `kill -9`: not one more line of it runs. */
  kill(): void {
    this.#isKilled = true;
    this.#process.kill('SIGKILL');
  }
}
