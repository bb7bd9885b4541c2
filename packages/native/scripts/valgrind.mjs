/**
 * Runs the contract tests through a sqlite3 shell under Valgrind's memcheck. Any report ends that shell with
 * a status that its client refuses, and with it the test. Arguments go to vitest: `-t claim`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileExtension, extensionFile, packageDirectory } from './compiler.mjs';
import { runShellContract } from './shell-contract.mjs';

for (const program of ['valgrind', 'sqlite3']) {
  if (spawnSync(program, ['--version']).error)
    throw new Error(`${program} was not found: install it (Debian: ${program})`);
}

const directory = join(packageDirectory, 'build', 'valgrind');
mkdirSync(directory, { recursive: true });
const extension = join(directory, extensionFile);
compileExtension(extension, ['-O1', '-g']);

/** Leaks of the shell are not ours: it gives up what it read of a line when its input ends. */
const suppressions = join(directory, 'shell.supp');
const leak = (name) => `{\n  ${name}\n  Memcheck:Leak\n  ...\n  fun:${name}\n}\n`;
writeFileSync(suppressions, ['process_input', 'local_getline', 'rl_*'].map(leak).join(''));

const valgrind = [
  'valgrind',
  '-q',
  '--error-exitcode=86',
  '--leak-check=full',
  '--errors-for-leak-kinds=definite',
  `--suppressions=${suppressions}`,
];
runShellContract(extension, { HONKER_TEST_WRAPPER: valgrind.join(' ') });
