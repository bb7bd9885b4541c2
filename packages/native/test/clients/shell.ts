import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';
import { extensionPath } from '@honker/native';
import { Child } from './child.js';
import type { Client, ClientKind, OpenOptions, Value } from './client.js';
import { environmentOf } from './client.js';
import { inline, parseQuoted } from './sql-literal.js';

const MARK = 'honker-test-end-of-answer';

function whyUnavailable(): string | undefined {
  const omitted =
    "SELECT count(*) FROM pragma_compile_options WHERE compile_options = 'OMIT_LOAD_EXTENSION'";
  const result = spawnSync('sqlite3', ['-batch', ':memory:', omitted], { encoding: 'utf8' });
  if (result.error) return 'there is no sqlite3 shell on this machine';
  return result.stdout.trim() === '0' ? undefined : 'the sqlite3 shell here can load no extensions';
}

/** The sqlite3 shell: one process a connection, fed through its standard input. */
export const shell: ClientKind = {
  name: 'sqlite3 shell',
  unavailable: whyUnavailable(),
  async open(path: string, options: OpenOptions = {}): Promise<Client> {
    const args = ['-batch', '-init', devNull, ...(options.readonly ? ['-readonly'] : [])];
    // A sanitizer's runtime must come before every other library of the process that loads the
    // extension; scripts/sanitize.mjs names it here.
    const preload = process.env.HONKER_TEST_PRELOAD;
    const env = { ...environmentOf(options), ...(preload ? { LD_PRELOAD: preload } : {}) };
    // scripts/valgrind.mjs names the program that runs the shell.
    const [command = 'sqlite3', ...before] = [
      ...(process.env.HONKER_TEST_WRAPPER?.split(' ') ?? []),
      'sqlite3',
    ];
    const client = new ShellClient(new Child(command, [...before, ...args, path], env));
    client.command('.mode quote');
    if (options.extension !== null) {
      await client.send(`.load '${options.extension ?? extensionPath()}'`);
    }
    return client;
  },
};

class ShellClient implements Client {
  readonly #child: Child;
  #last: Promise<unknown> = Promise.resolve();

  constructor(child: Child) {
    this.#child = child;
  }

  command(line: string): void {
    this.#child.write(`${line}\n`);
  }

  query(sql: string, params: readonly Value[] = []): Promise<Value[][]> {
    const result = this.#last.then(async () =>
      parseQuoted(await this.send(`${inline(sql, params)};`)),
    );
    this.#last = result.catch(() => undefined);
    return result;
  }

  async send(text: string): Promise<string> {
    this.#child.write(`${text}\n.print ${MARK}\n.${MARK}\n`);
    const answer = await this.#child.until(this.#child.stdout, `${MARK}\n`);
    const errors = await this.#child.until(
      this.#child.stderr,
      `"${MARK}". Enter ".help" for help\n`,
    );
    const message = errors.replace(/Error: unknown command or invalid arguments: +$/, '').trim();
    if (message) {
      const bare = message
        .replace(/^(\w+ error|Error:?)( near line \d+)?:? /, '')
        .replace(/ \(\d+\)$/, '');
      throw new Error(bare);
    }
    return answer;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#child.end([0, 1]); // 1: some statement failed, as tests want of it
  }
}
