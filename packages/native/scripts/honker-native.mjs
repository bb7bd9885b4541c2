#!/usr/bin/env node
/** The command of the package: compiles it where it has no binaries. */
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

const usage = `Usage: npx honker-native build

Compiles honker's SQLite extension and its Node-API addon for this machine, from the sources in the
package @honker/native. For machines that the package has no prebuilt binaries for; those of the
others go on being found without it.

Needs a C compiler: cc, or what the environment variable CC names; on Windows cl.exe, in a "Developer
Command Prompt for Visual Studio". The binaries go into the package's own folder, so run it again
after each installation, e.g. in a "postinstall" script of your application.`;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(usage);
} else if (args.length !== 1 || args[0] !== 'build') {
  const unknown = args.find((arg, index) => index > 0 || arg !== 'build');
  if (unknown !== undefined) console.error(`honker-native: unknown argument "${unknown}"\n`);
  console.error(usage);
  process.exitCode = 1;
} else {
  try {
    build();
  } catch (error) {
    console.error(`honker-native: ${error.message}`);
    process.exitCode = 1;
  }
}

function build() {
  const directory = join(packageDirectory, 'build');
  mkdirSync(directory, { recursive: true });
  // A compiler that warns of what ours doesn't know yet still makes a good binary.
  const flags = [...releaseFlags, '-Wno-error'];
  for (const [compile, file] of [
    [compileExtension, extensionFile],
    [compileAddon, addonFile],
  ]) {
    compile(join(directory, file), flags);
    console.log(`built ${join(directory, file)}`);
  }
}
