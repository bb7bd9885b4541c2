/**
 * Debian's compilers for each kind of Linux. The glibc ones make binaries that need no later glibc than 2.17;
 * the musl ones are the same compilers with musl's headers and start files.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageDirectory } from './compiler.mjs';

/** A processor as the compilers, and as Debian's packages, call it. */
const processors = {
  x64: { gnu: 'x86_64', debian: 'amd64' },
  arm64: { gnu: 'aarch64', debian: 'arm64' },
};

/**
 * `flags` are for every program; `prebuiltFlags` besides for what is released.
 * @param {string} target
 * @returns {{ compiler: string, flags: string[], prebuiltFlags: string[], machine: string, muslLibrary: string | undefined }}
 */
export function linuxToolchain(target) {
  const [, arch, libc] = target.split('-');
  const { gnu } = processors[arch];
  const compiler = `${gnu}-linux-gnu-gcc`;
  // Atomic operations in the code itself: those out of line ask libgcc's start-up code for the processor.
  const flags = arch === 'arm64' ? ['-mno-outline-atomics'] : [];
  if (libc === 'musl') {
    return {
      compiler,
      flags: [...flags, `-specs=${muslFile(gnu, 'musl-gcc.specs')}`],
      prebuiltFlags: [],
      machine: gnu,
      muslLibrary: muslFile(gnu, 'libc.so'),
    };
  }
  const glibc = join(packageDirectory, 'glibc');
  // Where threads and dlopen() were in libraries of their own, a program may come without these.
  const libraries = ['-Wl,--push-state,--no-as-needed', '-l:libpthread.so.0', '-l:libdl.so.2'];
  return {
    compiler,
    flags,
    prebuiltFlags: [
      ...['-include', join(glibc, 'versions.h'), join(glibc, 'stat.c')],
      ...[...libraries, '-Wl,--pop-state'],
    ],
    machine: gnu,
    muslLibrary: undefined,
  };
}

/** @param {readonly string[]} targets @throws {Error} with the command that installs what they lack here */
export function requireLinuxToolchains(targets) {
  const missing = [...new Set(targets.flatMap(missingPackages))];
  if (missing.length === 0) return;
  const foreign = processors[process.arch === 'x64' ? 'arm64' : 'x64'].debian;
  const enable = missing.some((name) => name.endsWith(`:${foreign}`))
    ? `dpkg --add-architecture ${foreign} && apt-get update && `
    : '';
  throw new Error(
    `not every compiler is installed. On Debian 12:\n  ${enable}apt-get install ${missing.join(' ')}`,
  );
}

function missingPackages(target) {
  const [, arch, libc] = target.split('-');
  const { gnu, debian } = processors[arch];
  const isNative = arch === process.arch;
  const compiler = `${gnu}-linux-gnu-gcc`;
  const packages = [];
  if (spawnSync(compiler, ['--version']).error) {
    packages.push(`gcc-${gnu.replace('_', '-')}-linux-gnu`);
  }
  if (libc === 'musl') {
    if (!existsSync(muslFile(gnu, 'musl-gcc.specs'))) packages.push(`musl-dev:${debian}`);
  } else if (packages.length > 0 || !hasFile(compiler, 'crti.o')) {
    packages.push(isNative ? 'libc6-dev' : `libc6-dev-${debian}-cross`);
  }
  return packages;
}

function hasFile(compiler, name) {
  const { stdout } = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' });
  return stdout.trim() !== name;
}

function muslFile(gnu, name) {
  return `/usr/lib/${gnu}-linux-musl/${name}`;
}
