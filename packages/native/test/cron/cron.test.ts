import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compileProgram } from '../../scripts/compiler.mjs';

const directory = mkdtempSync(join(tmpdir(), 'honker-cron-'));
afterAll(() => rmSync(directory, { recursive: true }));

const underTest = ['c/cron_calendar.c', 'c/cron_next.c', 'c/cron_parse.c', 'c/platform_posix.c'];
const sanitized = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** Compiles a program of this directory and runs it; it writes what is wrong and ends with a status. */
function run(name: string, parts: string[], flags: string[], args: string[] = []): void {
  const program = join(directory, name);
  const files = [name, ...parts].map((part) => `test/cron/${part}.c`);
  compileProgram(program, [...files, ...underTest], flags);
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'Europe/Berlin' },
  });
  expect(`${result.stdout}${result.stderr}`.trim()).toBe('');
  expect(result.status).toBe(0);
}

// Where the zone of a process is set by TZ.
describe.skipIf(process.platform === 'win32')('schedule expressions', () => {
  it('are refused, understood and due as in the table of cases', () => {
    run('cases', ['zone'], sanitized);
  });

  it('never read past their end nor fire in the past, whatever their bytes', () => {
    run('fuzz', ['fuzz-driver', 'random-schedule', '../fuzz/replay'], sanitized, ['200000', '1']);
  });

  it('fire when a clock watched for ten years says so, in every zone', { timeout: 300_000 }, () => {
    run('property', ['oracle', 'random-schedule', 'zone'], ['-O2'], ['1']);
  });
});
