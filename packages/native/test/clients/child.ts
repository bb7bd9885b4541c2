import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A subprocess that answers: text is written to it, and its output read up to a mark. */
export class Child {
  readonly #process: ChildProcess;
  readonly #exit: Promise<{ code: number | null; reason: string }>;
  #ended: string | undefined;
  readonly stdout: Output;
  readonly stderr: Output;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#process = child;
    child.stdin.on('error', () => undefined); // a child that died is told of by its exit
    this.stdout = new Output(child.stdout);
    this.stderr = new Output(child.stderr);
    this.#exit = new Promise((resolve) => {
      const end = (code: number | null, reason: string) => {
        this.#ended = reason;
        this.stdout.end();
        this.stderr.end();
        resolve({ code, reason });
      };
      child.once('error', (error) => end(null, error.message));
      child.once('close', (code, signal) => end(code, `${command} ended with ${code ?? signal}`));
    });
  }

  write(text: string): void {
    this.#process.stdin?.write(text);
  }

  /** What an output said before `mark`; rejects when the process ends instead of saying it. */
  async until(output: Output, mark: string): Promise<string> {
    const text = await output.until(mark);
    if (text !== undefined) return text;
    throw new Error(`${this.#ended}\n${this.stderr.rest}`);
  }

  /** Closes its input and waits for its end; rejects unless that was one of the given codes. */
  async end(codes: readonly number[] = [0]): Promise<void> {
    this.#process.stdin?.end();
    const { code, reason } = await this.#exit;
    if (code === null || !codes.includes(code)) throw new Error(`${reason}\n${this.stderr.rest}`);
  }
}

class Output {
  rest = '';
  #ended = false;
  #changed: (() => void) | undefined;

  constructor(stream: Readable) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.rest += text;
      this.#changed?.();
    });
  }

  end(): void {
    this.#ended = true;
    this.#changed?.();
  }

  async until(mark: string): Promise<string | undefined> {
    for (;;) {
      const at = this.rest.indexOf(mark);
      if (at >= 0) {
        const text = this.rest.slice(0, at);
        this.rest = this.rest.slice(at + mark.length);
        return text;
      }
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}
