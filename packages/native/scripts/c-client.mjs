/** Builds test/clients/sqlite-client.c, with better-sqlite3's SQLite in it, for a kind of Linux. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageDirectory } from './compiler.mjs';
import { linuxToolchain } from './linux-toolchains.mjs';

const driver = createRequire(import.meta.url).resolve('better-sqlite3/package.json');
const sqlite = join(dirname(driver), 'deps', 'sqlite3');

/** @param {string} target @returns the program's path */
export function compileCClient(target) {
  const { compiler, flags } = linuxToolchain(target);
  const directory = join(packageDirectory, 'build', 'test-prebuilds', target);
  mkdirSync(directory, { recursive: true });
  const compile = (...args) => execFileSync(compiler, [...flags, ...args], { stdio: 'inherit' });
  const object = join(directory, 'sqlite3.o');
  // Unoptimized: compiling is most of what testing a binary takes.
  compile('-O0', '-w', '-c', join(sqlite, 'sqlite3.c'), '-o', object);
  const source = join(packageDirectory, 'test', 'clients', 'sqlite-client.c');
  const client = join(directory, 'sqlite-client');
  const libraries = ['-pthread', '-ldl', '-lm'];
  compile('-Wall', '-Wextra', '-isystem', sqlite, source, object, ...libraries, '-o', client);
  return client;
}
