import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { damagedJson, randomJson, randomPieces, seededRandom } from './json-cases.js';

const db = new Database(':memory:');

beforeAll(() => {
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
});

/** Each character but NUL, that ends a text of SQLite's, at each place of 17; é stands for what isn't ASCII. */
function* textsWithEachCharacter(): Generator<string> {
  for (let place = 0; place < 17; place++) {
    for (let code = 1; code < 0x80; code++) {
      yield 'x'.repeat(place) + String.fromCharCode(code) + 'x'.repeat(16 - place);
    }
    yield `${'x'.repeat(place)}é${'x'.repeat(16 - place)}`;
  }
}

/** Whether the extension takes the text as a payload. */
function accepts(text: string): boolean {
  try {
    db.prepare("SELECT honker_enqueue('q', ?, NULL, NULL, NULL, NULL, NULL)").get(text);
    return true;
  } catch (error) {
    if (!String(error).includes('payload must be valid JSON')) throw error;
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The elements of an array, as they were written. */
function elements(array: string): string[] {
  db.exec('DELETE FROM _honker_live');
  db.prepare("SELECT honker_enqueue_batch('q', ?, NULL, NULL, NULL, NULL, NULL)").get(array);
  return db.prepare('SELECT payload FROM _honker_live ORDER BY id').pluck().all() as string[];
}

describe('what is JSON', () => {
  const chosen = [
    ...[
      '',
      ' ',
      '1',
      '-1',
      '01',
      '-',
      '+1',
      '1.',
      '.1',
      '1.0',
      '1e',
      '1e+',
      '1e+5',
      '1E-5',
      '0e0',
      '-0',
      '--1',
    ],
    ...[
      'true',
      'tru',
      'trueX',
      'True',
      'null',
      'nulll',
      'NaN',
      'undefined',
      '"',
      '""',
      '"\\"',
      '"\\a"',
      '"\\u12"',
    ],
    ...[
      '"\\u12G4"',
      '"\\uD800"',
      '"a',
      '"a\nb"',
      '"\u0000"',
      '"\u007f"',
      '[',
      ']',
      '[]',
      '[ ]',
      '[,]',
      '[1,]',
      '[1,,2]',
    ],
    ...[
      '{}',
      '{ }',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{,}',
      '{a:1}',
      "{'a':1}",
      '{"a":1 "b":2}',
      '{"a":1}}',
      '[}',
      '{]',
    ],
    ...[
      '[{]}',
      '1 1',
      '1,1',
      '\ufeff1',
      '\u00a01',
      '1\v',
      '/**/1',
      '[1]//',
      '{"a":{"b":[{}]}}',
      '{1:1}',
      '{"a"::1}',
    ],
  ];
  for (const text of chosen) {
    it(`${JSON.stringify(text)}: as JSON.parse has it`, () =>
      expect(accepts(text)).toBe(isJson(text)));
  }

  for (const [what, make, both] of [
    ['600 texts of random pieces', randomPieces, true],
    ['300 damaged values', damagedJson, true],
    ['300 sound values', randomJson, false],
  ] as const) {
    it(`${what}: as JSON.parse has them`, () => {
      const random = seededRandom(20261122);
      const verdicts = new Set<boolean>();
      for (let i = 0; i < (make === randomPieces ? 600 : 300); i++) {
        const text = make(random);
        verdicts.add(isJson(text));
        expect(accepts(text), JSON.stringify(text)).toBe(isJson(text));
      }
      expect(verdicts.size).toBe(both ? 2 : 1); // the cases were of both kinds
    });
  }

  it('every character at each place of a text, of which eight bytes are looked at together', () => {
    for (const text of textsWithEachCharacter()) {
      expect(accepts(`"${text}"`), JSON.stringify(text)).toBe(isJson(`"${text}"`));
    }
  });

  it('every byte by itself, and bytes that are no UTF-8', () => {
    const enqueue = db.prepare(
      "SELECT honker_enqueue('q', CAST(? AS TEXT), NULL, NULL, NULL, NULL, NULL)",
    );
    const sound = ['c3a9', 'e282ac', 'ed9fbf', 'ee8080', 'f09f8e89', 'f48fbfbf', '7f'];
    const broken = [
      '80',
      'c0af',
      'c1bf',
      'c3',
      'c328',
      'e08080',
      'eda080',
      'e282',
      'f0808080',
      'f4908080',
      'f5808080',
      'ff',
    ];
    for (const hex of sound)
      expect(() => enqueue.get(Buffer.from(`22${hex}22`, 'hex')), hex).not.toThrow();
    for (const hex of broken)
      expect(() => enqueue.get(Buffer.from(`22${hex}22`, 'hex')), hex).toThrow('valid JSON');
  });
});

describe('what is written as a text of JSON', () => {
  it('is read back, whichever character is where', () => {
    const get = db.prepare('SELECT honker_get_job(?)').pluck();
    const insert = db.prepare("INSERT INTO _honker_live (queue, payload) VALUES ('q', ?)");
    for (const text of textsWithEachCharacter()) {
      const { lastInsertRowid } = insert.run(text);
      expect(JSON.parse(get.get(lastInsertRowid) as string).payload).toBe(text);
    }
  });
});

describe('the elements of an array', () => {
  it('of 300 random arrays come out as they were written', () => {
    const random = seededRandom(7);
    for (let i = 0; i < 300; i++) {
      const values = Array.from({ length: Math.floor(random() * 6) }, () => randomJson(random));
      expect(elements(`[${values.map((value) => ` ${value}\n`).join(',')}]`)).toEqual(values);
    }
  });
});

describe('the integers of an array', () => {
  const ack = db.prepare.bind(db, "SELECT honker_ack_batch(?, 'w')");
  for (const text of [
    '0',
    '-1',
    '9223372036854775807',
    '-9223372036854775808',
    '1234567890123456789',
    '-0',
  ]) {
    it(`${text} is one`, () => expect(ack().pluck().get(`[${text}]`)).toBe(0));
  }
  for (const text of [
    '9223372036854775808',
    '-9223372036854775809',
    '18446744073709551617',
    '1.0',
    '1e2',
    '"1"',
    'true',
  ]) {
    it(`${text} is none`, () => expect(() => ack().get(`[${text}]`)).toThrow('array of integers'));
  }
});
