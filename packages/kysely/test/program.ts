import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atEnd } from './cleanup.js';

/** How a process ended. */
export interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A program of test/programs, running in a process of its own, that talks by messages. */
export class Program {
  readonly #process: ChildProcess;
  readonly #messages: unknown[] = [];
  #listener: () => void = () => {};
  #end: End | undefined;
  /** Called at each message. */
  onMessage: () => void = () => {};
  /** When it has ended, its outputs included. */
  readonly ended: Promise<End>;

  constructor(name: string, args: readonly (string | number)[], env: Record<string, string> = {}) {
    const file = fileURLToPath(new URL(`programs/${name}`, import.meta.url));
    const child = fork(file, args.map(String), {
      execArgv: [],
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = child;
    const output = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    child.on('message', (message) => {
      this.#messages.push(message);
      this.#listener();
      this.onMessage();
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#end = { code, signal, ...output };
        this.#listener();
        resolve(this.#end);
      });
    });
    atEnd(() => this.#requireEnded());
  }

  /** Its next message; an error if it ends without one. */
  async message<Message = string>(): Promise<Message> {
    while (this.#messages.length === 0) {
      if (this.#end) throw new Error(`ended without a message: ${JSON.stringify(this.#end)}`);
      await new Promise<void>((resolve) => {
        this.#listener = resolve;
      });
    }
    return this.#messages.shift() as Message;
  }

  send(message: string | object): void {
    this.#process.send(message);
  }

  kill(): Promise<End> {
    this.#process.kill('SIGKILL');
    return this.ended;
  }

  /** A test waits for the end of what it started. */
  async #requireEnded(): Promise<void> {
    if (this.#end) return;
    await this.kill();
    throw new Error('a program was still running at the end of the test');
  }

  /** Waits for its end, by itself, and throws unless it went well. */
  async success(): Promise<End> {
    const end = await this.ended;
    if (end.code !== 0) throw new Error(`the program failed: ${JSON.stringify(end)}`);
    return end;
  }
}
