import type { Value } from './client.js';
import { fromInteger } from './client.js';

/** A value as SQL text. Control characters are sent as bytes: a line-reading client would cut them. */
export function toLiteral(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (typeof value !== 'string') return `x'${Buffer.from(value).toString('hex')}'`;
  return isPlain(value)
    ? `'${value.replaceAll("'", "''")}'`
    : `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)`;
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return false;
  return true;
}

/** Puts the values in the place of each `?` outside quotes. */
export function inline(sql: string, params: readonly Value[]): string {
  let next = 0;
  return sql.replace(/'(?:[^']|'')*'|\?/g, (token) => {
    if (token !== '?') return token;
    const value = params[next++];
    if (value === undefined) throw new Error(`no value for parameter ${next} of: ${sql}`);
    return toLiteral(value);
  });
}

/** Rows as the shell's `.mode quote` writes them: a line a row, SQL literals between commas. */
export function parseQuoted(text: string): Value[][] {
  const rows: Value[][] = [];
  let row: Value[] = [];
  const token = /'((?:[^']|'')*)'|[xX]'([0-9a-fA-F]*)'|([^,\n]+)/y;
  for (let at = 0; at < text.length; ) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw new Error(`not a row of SQL literals: ${text.slice(at)}`);
    row.push(fromMatch(match));
    at = token.lastIndex + 1;
    if (text[at - 1] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

function fromMatch([, quoted, hex, bare]: RegExpExecArray): Value {
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  if (hex !== undefined) return new Uint8Array(Buffer.from(hex, 'hex'));
  if (bare === 'NULL') return null;
  return /^-?\d+$/.test(bare ?? '') ? fromInteger(BigInt(bare ?? 0)) : Number(bare);
}
