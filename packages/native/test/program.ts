import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A child process of the running test, one of test/programs, that talks in messages. */
export class Program {
  readonly process: ChildProcess;
  readonly #messages: unknown[] = [];
  #waiting: (() => void) | undefined;
  #stderr = '';

  constructor(name: string, ...args: string[]) {
    const path = fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
    this.process = fork(path, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.process.on('message', (message) => {
      this.#messages.push(message);
      this.#waiting?.();
    });
    this.process.once('exit', () => this.#waiting?.());
    onTestFinished(() => {
      this.process.kill('SIGKILL');
    });
  }

  send(message: string): void {
    this.process.send(message);
  }

  /** The next message that it sends; rejects when it ends without. */
  async next<T>(): Promise<T> {
    while (this.#messages.length === 0) {
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`the program ended without a message\n${this.#stderr}`);
      }
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.#messages.shift() as T;
  }

  /** Waits for its end; rejects unless it succeeded. */
  async end(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null)
      await once(this.process, 'exit');
    if (this.process.exitCode === 0) return;
    throw new Error(
      `ended with ${this.process.exitCode ?? this.process.signalCode}\n${this.#stderr}`,
    );
  }
}
