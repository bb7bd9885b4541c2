/** Builds the extension and the addon for this machine into build/. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  addonFile,
  compileAddon,
  compileExtension,
  extensionFile,
  packageDirectory,
  releaseFlags,
} from './compiler.mjs';

const directory = join(packageDirectory, 'build');
mkdirSync(directory, { recursive: true });
compileExtension(join(directory, extensionFile), releaseFlags);
compileAddon(join(directory, addonFile), releaseFlags);
