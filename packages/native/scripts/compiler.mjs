/** How the C sources are compiled: one place for the flags of every build. */
import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const packageDirectory = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { version } = require('../package.json');

const isWindows = process.platform === 'win32';
const isMac = process.platform === 'darwin';

export const extensionFile = `libhonker_ext.${isWindows ? 'dll' : isMac ? 'dylib' : 'so'}`;
export const addonFile = 'honker.node';

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

/** @param {string} output @param {string[]} flags further compiler flags, e.g. for a sanitizer */
export function compileExtension(output, flags = ['-O2']) {
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
  const link = isMac
    ? ['-dynamiclib']
    : ['-shared', '-Wl,-z,nodelete', '-Wl,-z,defs', '-pthread', '-lm'];
  run(compiler(), [
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

/** @param {string} output */
export function compileAddon(output, flags = ['-O2']) {
  const { include_dir, def_paths } = require('node-api-headers');
  if (isWindows) {
    const library = `${output}.lib`;
    run('lib', [
      '/nologo',
      `/machine:${process.arch}`,
      `/def:${def_paths.node_api_def}`,
      `/out:${library}`,
    ]);
    run('cl', [
      '/nologo',
      '/std:c11',
      '/experimental:c11atomics',
      '/O2',
      '/W3',
      '/LD',
      `/I${include_dir}`,
      ...sources('addon'),
      library,
      `/Fe:${output}`,
    ]);
    return;
  }
  const link = isMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-ldl'];
  run(compiler(), [
    ...warnings,
    '-D_POSIX_C_SOURCE=200809L',
    ...flags,
    '-fPIC',
    '-fvisibility=hidden',
    '-isystem',
    include_dir,
    ...sources('addon'),
    '-o',
    unfinished(output),
    ...link,
  ]);
  renameSync(unfinished(output), output);
}

/** A process that has the old library loaded keeps it; one that loads it now never meets half of one. */
function unfinished(output) {
  return `${output}.unfinished`;
}

function compiler() {
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
        ? 'cl.exe was not found: run this in a "Developer Command Prompt for Visual Studio"'
        : `the C compiler "${command}" was not found: install one (Debian: gcc, macOS: xcode-select --install) or set CC`,
    );
  }
  if (result.status !== 0)
    throw result.error ?? new Error(`${command} ended with ${result.status ?? result.signal}`);
}

/**
 * A program that tests some of the sources without SQLite.
 * @param {string} output @param {string[]} files relative to the package @param {string[]} flags
 */
export function compileProgram(output, files, flags) {
  const paths = files.map((file) => join(packageDirectory, file));
  run(compiler(), [
    ...warnings,
    ...flags,
    `-I${join(packageDirectory, 'c')}`,
    ...paths,
    '-pthread',
    '-o',
    output,
  ]);
}
