/** A repeatable source of numbers (mulberry32): a case that failed once fails again. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pieces = [
  ...['{', '}', '[', ']', ':', ',', '"', '\\', '\\u', '\\ud83d', '\\n', '\\x', '0', '1', '-', '+'],
  ...[
    '.',
    'e',
    'E',
    '00',
    '1e5',
    '-0',
    'true',
    'false',
    'null',
    'nul',
    'NaN',
    'Infinity',
    ' ',
    '\n',
  ],
  ...[
    '\t',
    '\r',
    '\v',
    '\u00a0',
    '\ufeff',
    'é',
    '🎉',
    '\u2028',
    "'",
    '/',
    '//x',
    '\u0001',
    'a',
    '"a"',
    '"a":1',
  ],
];

/** Text that is JSON with luck: pieces of it in any order. */
export function randomPieces(random: () => number): string {
  const count = 1 + Math.floor(random() * 6);
  return Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)]).join('');
}

/** A value, written as JSON with white space and escapes here and there. */
export function randomJson(random: () => number, depth = 0): string {
  const space = () =>
    random() < 0.2 ? ([' ', '\n', '\t', '\r'][Math.floor(random() * 4)] ?? '') : '';
  const string = () => {
    const characters = [
      'a',
      'é',
      '🎉',
      '\\"',
      '\\\\',
      '\\u00e9',
      '\\ud83d\\ude00',
      '\\/',
      '\\b',
      '\u007f',
    ];
    const length = Math.floor(random() * 4);
    return `"${Array.from({ length }, () => characters[Math.floor(random() * characters.length)]).join('')}"`;
  };
  const items = (item: () => string) =>
    Array.from({ length: Math.floor(random() * 4) }, () => space() + item() + space()).join(',');
  const kind = Math.floor(random() * (depth > 4 ? 4 : 6));
  if (kind === 0) return string();
  if (kind === 1) return String((random() - 0.5) * 10 ** Math.floor(random() * 40 - 20));
  if (kind === 2) return String(Math.floor(random() * 2 ** 53));
  if (kind === 3) return ['true', 'false', 'null'][Math.floor(random() * 3)] ?? 'null';
  if (kind === 4) return `[${space()}${items(() => randomJson(random, depth + 1))}]`;
  return `{${space()}${items(() => `${string()}${space()}:${space()}${randomJson(random, depth + 1)}`)}}`;
}

/** Sound JSON with one character left out, doubled or replaced. */
export function damagedJson(random: () => number): string {
  const text = randomJson(random);
  const at = Math.floor(random() * text.length);
  const damage = ['', (text[at] ?? '').repeat(2), ',', '"', '}', ']', '\\', '0'][
    Math.floor(random() * 8)
  ];
  return text.slice(0, at) + damage + text.slice(at + 1);
}
