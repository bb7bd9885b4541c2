/**
 * Copies what was built for this machine to where an installed package looks for it:
 * `prebuilds/<target>/`. Other targets that are already there, e.g. built elsewhere, stay. Where all are there,
 * this is a release, and what its builders made for this kind of machine runs on older ones, too.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { currentTarget } from '../dist/esm/target.cjs';
import { addonFile, extensionFile, packageDirectory } from './compiler.mjs';
import { releasedFiles } from './prebuild-targets.mjs';

if (!releasedFiles.every((file) => existsSync(join(packageDirectory, file)))) {
  const directory = join(packageDirectory, 'prebuilds', currentTarget());
  mkdirSync(directory, { recursive: true });
  for (const file of [extensionFile, addonFile]) {
    copyFileSync(join(packageDirectory, 'build', file), join(directory, file));
  }
}
