/**
 * CommonJS in both builds, and a file of its own: the scripts ask it, too, and an ES module that imports node:fs
 * takes 1.5 MB.
 */
import fs = require('node:fs');

/** The kind of machine a binary is for, as `prebuilds/` names its folders: `linux-x64-glibc`. */
export function currentTarget(): string {
  const libc = currentLibc();
  return [process.platform, process.arch, ...(libc ? [libc] : [])].join('-');
}

/**
 * `glibc` or `musl` on Linux, otherwise undefined. The running program says it itself: it names the loader that
 * belongs to its libc. (process.report takes 4 ms on Node, and asks the DNS for each open socket; on Deno it names
 * a glibc wherever it runs.) Deno may not be allowed to read itself: then it is taken for what most are.
 */
export function currentLibc(program = process.execPath): 'glibc' | 'musl' | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return loaderOf(program)?.includes('/ld-musl-') ? 'musl' : 'glibc';
  } catch {
    return 'glibc';
  }
}

/** PT_INTERP of a 64-bit little-endian ELF file; undefined where there is none. */
export function loaderOf(program: string): string | undefined {
  const file = fs.openSync(program, 'r');
  try {
    const read = (length: number, position: number) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, fs.readSync(file, buffer, 0, length, position));
    };
    const header = read(64, 0);
    if (header.readUInt32BE(0) !== 0x7f454c46 || header.readUInt16LE(4) !== 0x0102)
      return undefined;
    const entrySize = header.readUInt16LE(54);
    const table = read(entrySize * header.readUInt16LE(56), Number(header.readBigUInt64LE(32)));
    for (let at = 0; at < table.length; at += entrySize) {
      if (table.readUInt32LE(at) !== 3) continue;
      const length = Number(table.readBigUInt64LE(at + 32));
      return read(length - 1, Number(table.readBigUInt64LE(at + 8))).toString();
    }
    return undefined;
  } finally {
    fs.closeSync(file);
  }
}
