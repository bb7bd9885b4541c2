/**
 * Builds the extension with the address and undefined-behaviour sanitizers and runs the contract tests
 * with it through the sqlite3 shell. Any report ends that shell at once, and with it the test.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { compileExtension, extensionFile, packageDirectory } from './compiler.mjs';
import { runShellContract } from './shell-contract.mjs';

if (process.platform !== 'linux') {
  throw new Error('the sanitizers are run on Linux: they must be preloaded into the sqlite3 shell');
}
const shell = spawnSync('sqlite3', ['--version'], { encoding: 'utf8' });
if (shell.error) throw new Error('the sqlite3 shell was not found: install it (Debian: sqlite3)');

const directory = join(packageDirectory, 'build', 'sanitize');
mkdirSync(directory, { recursive: true });
const extension = join(directory, extensionFile);
compileExtension(extension, [
  '-O1',
  '-g',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
]);

/** Leaks of the shell and its line editor are not ours. */
const suppressions = join(directory, 'leaks.txt');
writeFileSync(suppressions, 'leak:libreadline\nleak:libedit\nleak:process_input\n');

// The shell itself ends with 1 after a failed statement; a sanitizer must be told apart.
const exitCode = 'exitcode=86';
runShellContract(extension, {
  HONKER_TEST_PRELOAD: ['libasan.so', 'libubsan.so'].map(runtime).join(' '),
  ASAN_OPTIONS: `detect_leaks=1:halt_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1:${exitCode}`,
  UBSAN_OPTIONS: `halt_on_error=1:print_stacktrace=1:${exitCode}`,
  LSAN_OPTIONS: `suppressions=${suppressions}:print_suppressions=0:${exitCode}`,
});

function runtime(name) {
  const compiler = process.env.CC || 'cc';
  const path = execFileSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
  if (isAbsolute(path)) return path;
  throw new Error(`${compiler} has no ${name}: install its sanitizer runtimes`);
}
