import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileExtension, extensionFile } from '../../scripts/compiler.mjs';
import { temporaryDirectory } from '../temporary-directory.js';
import { backends } from './watched.js';

const file = (name: string) => fileURLToPath(new URL(`./sanitize/${name}`, import.meta.url));
const canBuild = process.platform === 'linux' && existsSync('/usr/include/sqlite3.h');
const canRunValgrind = spawnSync('valgrind', ['--version']).status === 0;

/** The driver and an extension for it, compiled alike; returns how to start it. */
function build(flags: string[]) {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'lib'));
  const extension = join(directory, 'lib', extensionFile);
  compileExtension(extension, flags);
  const driver = join(directory, 'driver');
  const libraries = ['-lsqlite3', '-pthread', '-ldl'];
  const args = ['-std=c11', ...flags, file('driver.c'), '-o', driver, ...libraries];
  const { status, stderr } = spawnSync(process.env.CC || 'cc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return (backend: string, commits: number) => [
    driver,
    extension,
    join(directory, `${backend}.db`),
    backend,
    String(commits),
  ];
}

function expectNoReport([program = '', ...args]: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  expect(stderr + stdout).toBe('');
  expect(status).toBe(0);
}

// Needs a SQLite to link to, with its headers (Debian: libsqlite3-dev).
describe.skipIf(!canBuild)('under the sanitizers', { timeout: 120_000 }, () => {
  it('addresses, leaks and undefined behaviour: no report', () => {
    const checks = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const command = build(['-O1', '-g', '-fno-omit-frame-pointer', ...checks]);
    const options = 'detect_leaks=1:detect_stack_use_after_return=1';
    for (const backend of backends)
      expectNoReport(command(backend, 400), { ASAN_OPTIONS: options });
  });
});

describe.skipIf(!canBuild || !canRunValgrind)('under Valgrind', { timeout: 120_000 }, () => {
  const valgrind = ['valgrind', '-q', '--error-exitcode=9'];

  it('helgrind: no race and no lock out of order', () => {
    const command = build(['-O1', '-g']);
    const tool = ['--tool=helgrind', `--suppressions=${file('helgrind.supp')}`];
    for (const backend of backends)
      expectNoReport([...valgrind, ...tool, ...command(backend, 100)]);
  });

  it('memcheck: nothing uninitialised, nothing leaked', () => {
    const command = build(['-O1', '-g']);
    for (const backend of backends) {
      expectNoReport([...valgrind, '--leak-check=full', ...command(backend, 100)]);
    }
  });
});
