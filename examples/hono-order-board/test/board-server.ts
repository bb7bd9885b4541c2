import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The example, in a process of its own. */
export class BoardServer {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  private constructor(url: string, child: ChildProcess, ended: Promise<unknown[]>) {
    this.url = url;
    this.#process = child;
    this.#ended = ended;
  }

  /** @param port - 0: any. */
  static async start(database: string, port = 0): Promise<BoardServer> {
    const args = [main, database, String(port), '50'];
    const child = spawn(execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
    if (typeof line !== 'string') throw new Error(`the server did not start (${line})`);
    return new BoardServer(line, child, ended);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Ends it by a signal; returns its exit code, or null where it was killed. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#process.kill(signal);
    await this.#ended;
    return this.#process.exitCode;
  }
}
