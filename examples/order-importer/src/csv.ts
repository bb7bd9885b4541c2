/** A record of a CSV file, and the line that it begins on. */
export interface CsvRecord {
  fields: string[];
  line: number;
}

/** A field, quoted (in it a quote is doubled) or bare, and what ends it: a comma, a line break, the end. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/**
 * Reads CSV as RFC 4180 describes it. Empty lines are skipped.
 *
 * @throws {SyntaxError} for a quote that isn't closed, or that stands inside a bare field.
 */
export function* parseCsv(text: string): Generator<CsvRecord> {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  let record: CsvRecord = { fields: [], line: 1 };
  let line = 1;
  let at = start;
  while (at < text.length) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    if (match === null) throw new SyntaxError(`line ${line}: a quote is out of place`);
    const [all, quoted, bare, end] = match;
    record.fields.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    at += all.length;
    line += all.split('\n').length - 1;
    if (end === ',' && at < text.length) continue;
    if (end === ',') record.fields.push('');
    if (record.fields.length > 1 || record.fields[0] !== '') yield record;
    record = { fields: [], line };
  }
}
