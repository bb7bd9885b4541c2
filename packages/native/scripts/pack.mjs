/** Packs the package as npm would, from a copy: what others pack or build at the same time isn't touched. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageDirectory } from './compiler.mjs';

/**
 * @param {string} directory an empty one, for the copy and the tarball
 * @param {{ prebuilds: boolean }} options whether it has the binaries of prebuilds/
 * @returns the tarball's path
 */
export function packCopy(directory, { prebuilds }) {
  const copy = join(directory, 'copy');
  const left = new Set(['build', 'node_modules', 'test', ...(prebuilds ? [] : ['prebuilds'])]);
  cpSync(packageDirectory, copy, {
    recursive: true,
    filter: (path) => !left.has(relative(packageDirectory, path)),
  });
  // prepack would stage what was built here.
  const options = ['--ignore-scripts', '--silent', '--pack-destination', directory];
  execFileSync('npm', ['pack', ...options], {
    cwd: copy,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [tarball] = readdirSync(directory).filter((name) => name.endsWith('.tgz'));
  return join(directory, tarball);
}
