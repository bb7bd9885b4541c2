/**
 * Copies what was built for this machine to where an installed package looks for it:
 * `prebuilds/<target>/`. Other targets that are already there, e.g. built elsewhere, stay.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { currentTarget } from '../dist/esm/target.js';
import { addonFile, extensionFile, packageDirectory } from './compiler.mjs';

const directory = join(packageDirectory, 'prebuilds', currentTarget());
mkdirSync(directory, { recursive: true });
for (const file of [extensionFile, addonFile]) {
  copyFileSync(join(packageDirectory, 'build', file), join(directory, file));
}
