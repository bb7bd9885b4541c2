/** Builds the extension and the addon for this machine into build/. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  addonFile,
  compileAddon,
  compileExtension,
  extensionFile,
  packageDirectory,
} from './compiler.mjs';

const directory = join(packageDirectory, 'build');
mkdirSync(directory, { recursive: true });
compileExtension(join(directory, extensionFile), ['-O2', '-s']);
compileAddon(join(directory, addonFile), ['-O2', '-s']);
