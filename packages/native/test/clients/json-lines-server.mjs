import process from 'node:process';

const fromWire = (value) => {
  if (value === null || typeof value !== 'object') return value;
  return 'integer' in value ? BigInt(value.integer) : Buffer.from(value.blob, 'hex');
};

const toWire = (value) => {
  if (typeof value === 'bigint') return { integer: String(value) };
  return value instanceof Uint8Array ? { blob: Buffer.from(value).toString('hex') } : value;
};

/** The lines of standard input. node:readline would end them at U+2028 as well, which JSON has. */
async function* lines() {
  let rest = '';
  for await (const text of process.stdin.setEncoding('utf8')) {
    rest += text;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
  }
}

/** Answers each request of standard input with the rows that `query(sql, params)` returns. */
export async function serve(query) {
  console.log('ready');
  for await (const line of lines()) {
    const { sql, params } = JSON.parse(line);
    let answer;
    try {
      answer = { rows: query(sql, params.map(fromWire)).map((row) => row.map(toWire)) };
    } catch (error) {
      answer = { error: error.message };
    }
    console.log(JSON.stringify(answer));
  }
}
