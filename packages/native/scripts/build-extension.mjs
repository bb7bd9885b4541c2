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
// Tables for unwinding, which C doesn't need, would be a sixth of the extension.
const flags = ['-O2', '-s', '-fno-asynchronous-unwind-tables', '-fno-unwind-tables'];
compileExtension(join(directory, extensionFile), flags);
compileAddon(join(directory, addonFile), flags);
