import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extensionFile } from '../scripts/compiler.mjs';
import { packCopy } from '../scripts/pack.mjs';

const isWindows = process.platform === 'win32';
const runAJob = fileURLToPath(new URL('./programs/run-a-job.mjs', import.meta.url));
const driver = dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json'));

/** An empty project with the package from a tarball that has no binaries. */
const directory = realpathSync(mkdtempSync(join(tmpdir(), 'honker-test-')));
const project = join(directory, 'project');
const installed = join(project, 'node_modules', '@honker', 'native');

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(command, args, {
    cwd: project,
    encoding: 'utf8',
    shell: isWindows && command !== process.execPath,
    env: { ...process.env, HONKER_EXTENSION_PATH: '', ...env },
  });
}

/** What npx would start, without the second that npx takes for it. */
function honkerNative(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return run(process.execPath, [join(installed, 'scripts', 'honker-native.mjs'), ...args], env);
}

beforeAll(() => {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  const tarball = packCopy(directory, { prebuilds: false });
  const npm = run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball]);
  expect(npm.status, npm.stderr).toBe(0);
  symlinkSync(driver, join(project, 'node_modules', 'better-sqlite3'), 'junction');
}, 60_000);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('npx honker-native', () => {
  it('01 build --help says what it does and needs', () => {
    for (const args of [['--help'], ['build', '--help']]) {
      const { status, stdout } = honkerNative(args);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^Usage: npx honker-native build\n/);
      expect(stdout).toContain('Needs a C compiler');
    }
  });

  it('02 refuses arguments that it doesn’t know, and none', () => {
    for (const args of [['install'], ['build', '--release'], ['build', 'build']]) {
      const { status, stderr } = honkerNative(args);
      expect(status).toBe(1);
      expect(stderr).toContain(`unknown argument "${args.at(-1)}"`);
    }
    const { status, stderr } = honkerNative([]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Usage:/m);
  });

  it('03 build says what to install where there is no compiler, and leaves nothing', () => {
    const { status, stderr } = honkerNative(['build'], { PATH: '', CC: '' });
    expect(status).toBe(1);
    expect(stderr).toMatch(isWindows ? /Developer Command Prompt/ : /"cc" was not found: install/);
    expect(stderr).not.toContain('    at ');
    const job = run(process.execPath, [runAJob]);
    expect(job.stderr).toContain('"npx honker-native build"');
  });

  it('04 build compiles both binaries to where the package looks for them', () => {
    const build = run('npx', ['--no-install', 'honker-native', 'build']);
    expect(build.status, build.stderr).toBe(0);
    const extension = join(installed, 'build', extensionFile);
    expect(build.stdout).toContain(`built ${extension}`);
    expect(build.stdout).toContain(`built ${join(installed, 'build', 'honker.node')}`);
    const job = run(process.execPath, [runAJob]);
    expect(job.stderr).toBe('');
    expect(job.stdout).toBe(`${extension}\n`);
  });
});
