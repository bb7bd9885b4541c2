import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { atEnd } from './cleanup.js';
import { temporaryDirectory } from './temporary-database.js';

/** Where there are none, Ctrl-C can't be pressed by a program. */
export const hasProcessGroups = platform !== 'win32';

/** A program as a terminal runs it, with all processes that it starts; and what they print. */
export class Command {
  /** Its directory for temporary files. */
  readonly temporary = temporaryDirectory();
  output = '';
  /** Its exit code, when the last process that holds its output has ended, whoever started it. */
  readonly ended: Promise<number | null>;
  readonly #process: ChildProcess;
  readonly #lookers = new Set<() => void>();
  #isEnded = false;

  constructor(program: URL, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.#process = spawn(process.execPath, [fileURLToPath(program), ...args], {
      detached: hasProcessGroups,
      env: { ...process.env, ...env, TMPDIR: this.temporary, TEMP: this.temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        for (const look of this.#lookers) look();
      });
    }
    this.ended = once(this.#process, 'close').then(([code]) => {
      this.#isEnded = true;
      return code as number | null;
    });
    atEnd(() => this.#requireEnded());
  }

  /** Waits until it has printed a text that matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this.output);
        if (match !== null) resolve(match);
      };
      this.#lookers.add(look);
      this.ended.then(() => reject(new Error(`ended without ${pattern}:\n${this.output}`)));
      look();
    });
  }

  /** To every process of it. */
  pressCtrlC(): void {
    process.kill(-this.#pid, 'SIGINT');
  }

  /** `kill -9`, of the program alone. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  get #pid(): number {
    if (this.#process.pid === undefined) throw new Error('the program could not be started');
    return this.#process.pid;
  }

  async #requireEnded(): Promise<void> {
    if (this.#isEnded) return;
    if (hasProcessGroups) process.kill(-this.#pid, 'SIGKILL');
    else this.kill();
    await this.ended;
    throw new Error(`a program was still running at the end of the test:\n${this.output}`);
  }
}
