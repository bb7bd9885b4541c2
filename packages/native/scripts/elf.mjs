/** What a Linux binary needs of the machine that it will be loaded on, as readelf tells. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

const newestGlibc = 17; // 2.17 is RHEL 7's, and what Node's own binaries were long built for
const extensionLimit = 100 * 1024;

const readelfMachines = { x86_64: 'Advanced Micro Devices X86-64', aarch64: 'AArch64' };

/**
 * Refuses a binary that would not load everywhere its target says: one for another processor, one that
 * needs a function that its C library may not have, or another library than that.
 * @param {string} file
 * @param {{ machine: string, muslLibrary: string | undefined }} toolchain
 */
export function checkBinary(file, { machine, muslLibrary }) {
  const faults = [];
  const found = /Machine:\s+(.*)/.exec(readelf('-h', file))?.[1];
  if (found !== readelfMachines[machine]) faults.push(`it is for ${found}`);

  const allowed = muslLibrary
    ? /^libc\.so$/
    : /^(libc\.so\.6|libpthread\.so\.0|libdl\.so\.2|ld-linux-.*)$/;
  for (const [, library] of readelf('-d', file).matchAll(/\(NEEDED\).*\[(.*)\]/g)) {
    if (!allowed.test(library)) faults.push(`it needs ${library}`);
  }

  const own = muslLibrary ? new Set(symbols(muslLibrary).map(({ name }) => name)) : undefined;
  for (const { name, version, isWeak } of symbols(file).filter((symbol) => symbol.isUndefined)) {
    if (name.startsWith('napi_') || (isWeak && version === undefined)) continue;
    if (own ? version !== undefined || !own.has(name) : !isOldEnough(version)) {
      faults.push(`it needs ${name}${version ? ` of ${version}` : ', which the C library lacks'}`);
    }
  }

  const { size } = statSync(file);
  if (size > extensionLimit && machine === 'x86_64') faults.push(`it has ${size} bytes`);
  if (faults.length > 0) throw new Error(`${file}:\n${faults.map((f) => `  ${f}\n`).join('')}`);
}

function isOldEnough(version) {
  const minor = /^GLIBC_2\.(\d+)(?:\.\d+)?$/.exec(version ?? '')?.[1];
  return minor !== undefined && Number(minor) <= newestGlibc;
}

/** The dynamic symbols, each with the version that it has or asks for. */
function symbols(file) {
  return readelf('-W', '--dyn-syms', file)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => /^\d+:$/.test(columns[0]) && columns.length > 7)
    .map(([, , , , binding, , section, symbol]) => {
      const [name, version] = symbol.split(/@+/);
      return { name, version, isUndefined: section === 'UND', isWeak: binding === 'WEAK' };
    });
}

function readelf(...args) {
  const env = { ...process.env, LC_ALL: 'C' };
  return execFileSync('readelf', args, { encoding: 'utf8', env, maxBuffer: 16 * 2 ** 20 });
}
