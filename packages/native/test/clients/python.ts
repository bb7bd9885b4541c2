import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { extensionPath } from '@honker/native';
import type { ClientKind } from './client.js';
import { environmentOf } from './client.js';
import { connectByJsonLines } from './json-lines.js';

/** The system's Python: others are often built without enable_load_extension(). */
export const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('./python-client.py', import.meta.url));

function whyUnavailable(): string | undefined {
  const check = 'import sqlite3; sqlite3.connect(":memory:").enable_load_extension(True)';
  const result = spawnSync(PYTHON, ['-c', check], { encoding: 'utf8' });
  if (result.error) return `there is no ${PYTHON} on this machine`;
  return result.status === 0 ? undefined : `${PYTHON} can't load extensions: ${result.stderr}`;
}

/** Python's sqlite3. */
export const python: ClientKind = {
  name: 'python3',
  unavailable: whyUnavailable(),
  open(path, options = {}) {
    const uri = `${pathToFileURL(path).href}${options.readonly ? '?mode=ro' : ''}`;
    const extension = options.extension === undefined ? extensionPath() : options.extension;
    return connectByJsonLines(PYTHON, [PROGRAM, uri, extension ?? ''], environmentOf(options));
  },
};
