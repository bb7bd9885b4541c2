import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compileProgram, packageDirectory } from '../../scripts/compiler.mjs';

/** Of the allocations, every so manieth fails: all of them (step 1) take minutes. */
const step = process.env.HONKER_FAULT_STEP ?? '23';

const build = join(packageDirectory, 'build', 'robustness');
const directory = mkdtempSync(join(tmpdir(), 'honker-faults-'));
afterAll(() => rmSync(directory, { recursive: true }));

const wrapped = 'malloc calloc realloc free strdup clock_gettime gettimeofday'.split(' ');

/** SQLite's amalgamation, as better-sqlite3 carries it. */
function compileSqlite(sources: string): string {
  const output = join(build, 'sqlite3.o');
  const compiler = process.env.CC || 'cc';
  const args = ['-O1', '-w', '-c', join(sources, 'sqlite3.c'), '-o', output];
  expect(spawnSync(compiler, args, { stdio: 'inherit' }).status).toBe(0);
  return output;
}

function compileSweep(): string {
  mkdirSync(build, { recursive: true });
  const require = createRequire(import.meta.url);
  const sqlite = join(dirname(require.resolve('better-sqlite3/package.json')), 'deps/sqlite3');
  const program = join(build, 'fault-sweep');
  const files = ['test/robustness', 'c'].flatMap((folder) =>
    readdirSync(join(packageDirectory, folder))
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(folder, name)),
  );
  compileProgram(program, files, [
    '-O1',
    '-g',
    ...['-isystem', sqlite],
    ...wrapped.map((name) => `-Wl,--wrap=${name}`),
    compileSqlite(sqlite),
    ...['-Wl,--no-as-needed', '-lm', '-ldl'],
  ]);
  return program;
}

// The linker's --wrap is what makes an allocation fail.
describe.skipIf(process.platform !== 'linux')('when memory or the disk runs out', () => {
  it('every function reports it, does all or nothing, and goes on', { timeout: 1_800_000 }, () => {
    const result = spawnSync(compileSweep(), [directory, step], { encoding: 'utf8' });
    expect(`${result.stdout}${result.stderr}`).toContain('\n0 failures;');
    expect(result.status).toBe(0);
  });
});
