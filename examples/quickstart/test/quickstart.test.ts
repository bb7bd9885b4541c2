import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { open } from '@honker/core';
import { beforeEach, expect, it, onTestFinished } from 'vitest';

const require = createRequire(import.meta.url);
const example = fileURLToPath(new URL('..', import.meta.url));
const EXPECTED = 'sending a mail to alice@example.com\njob 1 is done\n';

/** A project as `npm init` and `npm install` make it. */
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'quickstart-test-'));
  onTestFinished(() => rmSync(project, { recursive: true }));
  writeFileSync(join(project, 'package.json'), '{ "type": "commonjs" }');
  for (const name of ['@honker/core', 'better-sqlite3']) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(dirname(require.resolve(`${name}/package.json`)), link, 'junction');
  }
});

async function run(file: string): Promise<string> {
  const options = { cwd: project, timeout: 20_000 }; // killed then: a test that fails leaves no process
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], options);
  expect(stderr).toBe('');
  return stdout;
}

/** Its one job was in the file, and is done; and the file was closed. */
function expectHandled(): void {
  expect(readdirSync(project).filter((file) => file.startsWith('app.db'))).toEqual(['app.db']);
  const db = open(join(project, 'app.db'));
  onTestFinished(() => db.close());
  expect(db.queues()).toEqual([]);
  expect(db.queue('emails').enqueue({ to: 'bob@example.com' })).toBe(2);
}

it.each(['quickstart.mjs', 'quickstart.cjs'])('%s runs as it is', async (file) => {
  copyFileSync(join(example, file), join(project, file));
  expect(await run(file)).toBe(EXPECTED);
  expectHandled();
});

it('quickstart.mts is the same program, and says what a payload is', () => {
  const [typed, plain] = ['quickstart.mts', 'quickstart.mjs'].map((file) =>
    readFileSync(join(example, file), 'utf8'),
  );
  expect(typed).toContain('<{ to: string }>');
  expect(typed?.replace('<{ to: string }>', '')).toBe(plain);
});

it('prints what its README says', () => {
  expect(readFileSync(join(example, 'README.md'), 'utf8')).toContain(`\`\`\`\n${EXPECTED}\`\`\``);
});
