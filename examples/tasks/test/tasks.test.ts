import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Database, open, type TaskHandle } from '@honker/core';
import { beforeEach, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { defineTasks, type Summary } from '../src/tasks.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let file: string;
let temporary: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  file = join(folder, 'app.db');
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});

/** Both of the program's processes: they write to the same outputs, which are closed when both have ended. */
class Program {
  readonly #process;
  readonly #closed: Promise<unknown[]>;
  output = '';

  constructor(...args: string[]) {
    const env = { ...process.env, TMPDIR: temporary, TEMP: temporary };
    this.#process = spawn(process.execPath, [MAIN, ...args], { env });
    this.#closed = once(this.#process, 'close');
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    onTestFinished(() => void this.#process.kill('SIGKILL'));
  }

  async printed(text: string): Promise<void> {
    while (!this.output.includes(text)) await once(this.#process.stdout, 'data');
  }

  async ended(): Promise<unknown> {
    return (await this.#closed)[0];
  }

  async end(signal: NodeJS.Signals): Promise<unknown> {
    this.#process.kill(signal);
    return await this.ended();
  }
}

function openFile(): Database {
  const db = open(file);
  onTestFinished(() => db.close());
  return db;
}

it('brings results, and tells why there is none', async () => {
  const program = new Program(file);
  expect(await program.ended(), program.output).toBe(0);

  const db = openFile();
  expect([1, 2, 3, 4, 5].map((id) => db.getResult<Summary>(id)?.title)).toEqual([
    'Apples',
    'Oranges',
    'Apples', // the longest
    undefined,
    undefined,
  ]);
  expect(db.getResult<Summary>(1)).toMatchObject({ words: 11 });
  expect(db.queues()).toMatchObject([{ queue: 'pages', ready: 0, scheduled: 0, dead: 2 }]);
  expect(db.queue('pages').dead.list()).toMatchObject([
    {
      id: 4,
      attempts: 1,
      lastError: expect.stringMatching(/^FailError: there is no page .*pears/),
    },
    { id: 5, attempts: 1, lastError: 'TimeoutError: the attempt took longer than 1 s' },
  ]);

  expect(program.output).toContain('Oranges: 5 words\nthe longest: Apples\n');
  expect(program.output).toContain('lemons: TimeoutError: job 5 had no result after 200 ms\n');
  expect(program.output).toContain('lemons, later: NoResultError: job 5 has no result: it failed');
  expect(readdirSync(temporary)).toEqual([]);
});

it('fails when a result is lost', async () => {
  openFile().transaction((tx) =>
    tx.execute(`
      CREATE TRIGGER lose AFTER INSERT ON _honker_results BEGIN
        DELETE FROM _honker_results WHERE job_id = new.job_id;
      END`),
  );
  const program = new Program(file);
  expect(await program.ended(), program.output).toBe(1);
  expect(program.output).toContain('job 1 is gone, and has no result');
});

it('ends at Ctrl-C, its worker and its file, too', async () => {
  const program = new Program();
  await program.printed('the longest');
  expect(readdirSync(temporary)).toHaveLength(1);
  expect(await program.end('SIGINT'), program.output).toBe(130);
  expect(readdirSync(temporary)).toEqual([]);
});

it('leaves no worker behind when it is killed', async () => {
  const program = new Program();
  await program.printed('the longest');
  await program.end('SIGKILL');
});

it('is typed from the call to the result', () => {
  const { summarize, longest } = defineTasks(openFile());
  expectTypeOf(summarize.enqueue).parameters.toEqualTypeOf<[url: string]>();
  expectTypeOf(summarize.enqueue).returns.toEqualTypeOf<TaskHandle<Summary>>();
  expectTypeOf(longest.enqueue).parameters.toEqualTypeOf<[pages: Summary[]]>();
});
