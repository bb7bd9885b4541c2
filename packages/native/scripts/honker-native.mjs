#!/usr/bin/env node
/** The command of the package: compiles it where it has no binaries. */
import { buildForThisMachine, releaseFlags } from './compiler.mjs';

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
    // A compiler that warns of what ours doesn't know yet still makes a good binary.
    const files = buildForThisMachine([...releaseFlags, '-Wno-error']);
    for (const file of files) console.log(`built ${file}`);
  } catch (error) {
    console.error(`honker-native: ${error.message}`);
    process.exitCode = 1;
  }
}
