/** How the C sources are compiled: one place for the flags of every build. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesOf } from './prebuild-targets.mjs';

export const packageDirectory = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { version } = require('../package.json');

const isWindows = process.platform === 'win32';
const isMac = process.platform === 'darwin';

export const { extension: extensionFile, addon: addonFile } = filesOf(process.platform);

/** What is released. Tables for unwinding, which C doesn't need, would be a sixth of the extension. */
export const releaseFlags = ['-O2', '-s', '-fno-asynchronous-unwind-tables', '-fno-unwind-tables'];

const howToInstall =
  'Debian, Ubuntu: apt-get install gcc libc6-dev; Alpine: apk add gcc musl-dev; Fedora: dnf install gcc; ' +
  'macOS: xcode-select --install';

const warnings = [
  '-std=c11',
  '-Wall',
  '-Wextra',
  '-Wconversion',
  '-Wshadow',
  '-Wstrict-prototypes',
  '-Werror',
];

function sources(directory) {
  return readdirSync(join(packageDirectory, directory))
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => join(packageDirectory, directory, name));
}

/**
 * @param {string} output
 * @param {string[]} flags further compiler flags, e.g. for a sanitizer
 * @param {string} compiler another than this machine's
 */
export function compileExtension(output, flags = ['-O2'], compiler = ownCompiler()) {
  const defines = [`-DHONKER_VERSION="${version}"`];
  if (isWindows) {
    run('cl', [
      '/nologo',
      '/std:c11',
      '/O2',
      '/W3',
      '/LD',
      ...defines,
      ...sources('c'),
      `/Fe:${output}`,
    ]);
    return;
  }
  // nodelete: closing a connection must never unmap code that a watching thread is running.
  // noseparate-code: constants share the pages of the code, which saves 8 KB of padding.
  const link = isMac
    ? ['-dynamiclib']
    : ['-shared', '-Wl,-z,nodelete,-z,defs,-z,noseparate-code', '-pthread', '-lm'];
  run(compiler, [
    ...warnings,
    ...flags,
    '-fPIC',
    '-fvisibility=hidden',
    ...defines,
    ...sources('c'),
    '-o',
    unfinished(output),
    ...link,
  ]);
  renameSync(unfinished(output), output);
}

/** As compileExtension(). */
export function compileAddon(output, flags = ['-O2'], compiler = ownCompiler()) {
  const headers = join(packageDirectory, 'vendor', 'node-api');
  if (isWindows) {
    const library = `${output}.lib`;
    run('lib', [
      '/nologo',
      `/machine:${process.arch}`,
      `/def:${join(headers, 'node_api.def')}`,
      `/out:${library}`,
    ]);
    run('cl', [
      '/nologo',
      '/std:c11',
      '/experimental:c11atomics',
      '/O2',
      '/W3',
      '/LD',
      `/I${headers}`,
      ...sources('addon'),
      library,
      'delayimp.lib',
      `/Fe:${output}`,
      '/link',
      '/DELAYLOAD:node.exe',
    ]);
    return;
  }
  const link = isMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-ldl'];
  run(compiler, [
    ...warnings,
    '-D_POSIX_C_SOURCE=200809L',
    ...flags,
    '-fPIC',
    '-fvisibility=hidden',
    '-isystem',
    headers,
    ...sources('addon'),
    '-o',
    unfinished(output),
    ...link,
  ]);
  renameSync(unfinished(output), output);
}

/**
 * Both binaries for this machine, into build/, where src/binary.ts looks first.
 * @param {string[]} flags
 * @returns their paths
 */
export function buildForThisMachine(flags) {
  const directory = join(packageDirectory, 'build');
  const extension = join(directory, extensionFile);
  const addon = join(directory, addonFile);
  mkdirSync(directory, { recursive: true });
  compileExtension(extension, flags);
  compileAddon(addon, flags);
  return [extension, addon];
}

/** A process that has the old library loaded keeps it; one that loads it now never meets half of one. */
function unfinished(output) {
  return `${output}.unfinished`;
}

function ownCompiler() {
  return process.env.CC || 'cc';
}

function run(command, args) {
  const result = spawnSync(command, args, {
    stdio: 'inherit',
    cwd: join(packageDirectory, 'build'),
  });
  if (result.error?.code === 'ENOENT') {
    throw new Error(
      isWindows
        ? `${command}.exe was not found: run this in a "Developer Command Prompt for Visual Studio"`
        : `the C compiler "${command}" was not found: install one (${howToInstall}) or set CC`,
    );
  }
  if (result.status !== 0) {
    throw (
      result.error ??
      new Error(
        `${command} ended with ${result.status ?? result.signal}. If it misses a header such as stdio.h, ` +
          `install the C library's: ${howToInstall}`,
      )
    );
  }
}

/**
 * A program that tests some of the sources without SQLite.
 * @param {string} output @param {string[]} files relative to the package @param {string[]} flags
 */
export function compileProgram(output, files, flags) {
  const paths = files.map((file) => join(packageDirectory, file));
  run(ownCompiler(), [
    ...warnings,
    ...flags,
    `-I${join(packageDirectory, 'c')}`,
    ...paths,
    '-pthread',
    '-o',
    output,
  ]);
}
