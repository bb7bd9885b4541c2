import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { extensionPath } from '@honker/native';
import { Child } from './child.js';
import type { Client, ClientKind, OpenOptions, Value } from './client.js';
import { fromInteger } from './client.js';

/** The system's Python: others are often built without enable_load_extension(). */
export const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('./python-client.py', import.meta.url));

function whyUnavailable(): string | undefined {
  const check = 'import sqlite3; sqlite3.connect(":memory:").enable_load_extension(True)';
  const result = spawnSync(PYTHON, ['-c', check], { encoding: 'utf8' });
  if (result.error) return `there is no ${PYTHON} on this machine`;
  return result.status === 0 ? undefined : `${PYTHON} can't load extensions: ${result.stderr}`;
}

/** An integer or a blob travels as an object: JSON has neither. */
type Wire = null | number | string | { integer: string } | { blob: string };

function toWire(value: Value): Wire {
  if (typeof value === 'bigint') return { integer: String(value) };
  if (value === null || typeof value !== 'object') return value;
  return { blob: Buffer.from(value).toString('hex') };
}

function fromWire(value: Wire): Value {
  if (value === null || typeof value !== 'object') return value;
  if ('integer' in value) return fromInteger(BigInt(value.integer));
  return new Uint8Array(Buffer.from(value.blob, 'hex'));
}

/** Python's sqlite3: one process a connection, speaking JSON lines. */
export const python: ClientKind = {
  name: 'python3',
  unavailable: whyUnavailable(),
  async open(path: string, options: OpenOptions = {}): Promise<Client> {
    const uri = `${pathToFileURL(path).href}${options.readonly ? '?mode=ro' : ''}`;
    const extension = options.extension === undefined ? extensionPath() : options.extension;
    const child = new Child(PYTHON, [PROGRAM, uri, extension ?? '']);
    let last: Promise<unknown> = child.until(child.stdout, 'ready\n');
    await last;
    return {
      query(sql, params = []) {
        const result = last.then(async () => {
          child.write(`${JSON.stringify({ sql, params: params.map(toWire) })}\n`);
          const answer = JSON.parse(await child.until(child.stdout, '\n')) as
            | { rows: Wire[][] }
            | { error: string };
          if ('error' in answer) throw new Error(answer.error);
          return answer.rows.map((row) => row.map(fromWire));
        });
        last = result.catch(() => undefined);
        return result;
      },
      async close() {
        await last;
        await child.end();
      },
    };
  },
};
