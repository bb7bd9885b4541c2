import { Child } from './child.js';
import type { Client, Value } from './client.js';
import { fromInteger } from './client.js';

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

/**
 * A connection in a process of its own that reads `{"sql", "params"}` a line and answers `{"rows"}` or
 * `{"error"}` a line, after a first line that says it is ready.
 */
export async function connectByJsonLines(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Client> {
  const child = new Child(command, args, env);
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
}
