/**
 * Builds, into prebuilds/<target>/, the binaries for every kind of machine that this one has compilers for: on
 * Debian the four Linux ones, on macOS both processors, on Windows x64. A release has them all.
 */
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compileAddon, compileExtension, packageDirectory, releaseFlags } from './compiler.mjs';
import { checkBinary } from './elf.mjs';
import { linuxToolchain, requireLinuxToolchains } from './linux-toolchains.mjs';
import { filesOf, targets } from './prebuild-targets.mjs';

/** Node's own minimum on each processor. */
const macFlags = {
  x64: ['-arch', 'x86_64', '-mmacosx-version-min=11.0'],
  arm64: ['-arch', 'arm64', '-mmacosx-version-min=11.0'],
};

const here = targets.filter((target) => target.startsWith(`${process.platform}-`));
if (process.platform === 'linux') requireLinuxToolchains(here);
for (const target of here) {
  // Not straight into prebuilds/: cl.exe leaves import libraries beside what it makes.
  const made = join(packageDirectory, 'build', 'prebuilds', target);
  const directory = join(packageDirectory, 'prebuilds', target);
  mkdirSync(made, { recursive: true });
  mkdirSync(directory, { recursive: true });
  const files = filesOf(target);
  const build = buildFor(target);
  build(compileExtension, join(made, files.extension));
  build(compileAddon, join(made, files.addon));
  for (const file of Object.values(files)) {
    copyFileSync(join(made, file), join(directory, file));
    console.log(`prebuilds/${target}/${file}: ${statSync(join(directory, file)).size} bytes`);
  }
}

function buildFor(target) {
  const [platform, arch] = target.split('-');
  if (platform !== 'linux') {
    const flags = platform === 'darwin' ? [...releaseFlags, ...macFlags[arch]] : releaseFlags;
    return (compile, output) => compile(output, flags);
  }
  const toolchain = linuxToolchain(target);
  const flags = [...releaseFlags, ...toolchain.flags, ...toolchain.prebuiltFlags];
  return (compile, output) => {
    compile(output, flags, toolchain.compiler);
    checkBinary(output, toolchain);
  };
}
