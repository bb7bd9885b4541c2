import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../temporary-database.js';

const packages = fileURLToPath(new URL('../../../', import.meta.url));
const runtimes = join(packages, '..', 'runtimes', 'node_modules');

/** The part of each package that its users get, so far as a program needs it. */
const FILES = {
  native: ['package.json', 'dist', 'build/libhonker_ext.so', 'build/honker.node'],
  core: ['package.json', 'dist'],
};

/**
 * A project of its own with the packages and these tests in it, so that what is installed there, or isn't, is
 * what counts: the drivers of this repository are made for one Node only.
 */
export function installedProject(drivers: readonly string[]): string {
  const project = temporaryDirectory();
  for (const [name, files] of Object.entries(FILES)) {
    for (const file of files) {
      const to = join(project, 'node_modules', '@honker', name, file);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(join(packages, name, file), to, { recursive: true });
    }
  }
  for (const driver of drivers) {
    symlinkSync(join(runtimes, driver), join(project, 'node_modules', driver));
  }
  cpSync(join(packages, 'core', 'test', 'connections'), join(project, 'test', 'connections'), {
    recursive: true,
  });
  cpSync(join(packages, 'core', 'test', 'gate.ts'), join(project, 'test', 'gate.ts'));
  return project;
}
