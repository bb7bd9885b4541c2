// Writes data/orders.csv, the same bytes each time: node scripts/make-orders.mjs
import { writeFileSync } from 'node:fs';

const COUNT = 20_000;
const FIRST_ID = 100_001;
const FIRST_ORDER_AT = Date.UTC(2026, 0, 1);

const GIVEN = [
  'Ada',
  'Björn',
  'Chidi',
  'Dilan',
  'Emeka',
  'Fatima',
  'Grace',
  'Hiro',
  'Inés',
  'Jonas',
];
const FAMILY = [
  'Abe',
  'Bianchi',
  'Costa',
  'Duarte',
  'Eriksen',
  "O'Neil",
  'Quist',
  'Řezník',
  'Sato',
  'Yilmaz',
];
const SUFFIX = ['', '', '', '', '', '', '', ', PhD', ' "Bo"', ' Jr.'];
const ITEMS = [
  ['Notebook, A5', 450],
  ['Fountain pen', 2900],
  ['Desk lamp, brass', 7800],
  ['Monitor 27"', 21900],
  ['Teapot', 3450],
  ['Wall clock', 5200],
  ['Wool blanket', 8900],
  ['Coffee, 1 kg', 1890],
];

/** Mulberry32: 32 bits of state are plenty, and it is the same on every machine. */
function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = seededRandom(2026);
const pick = (list) => list[Math.floor(random() * list.length)];
const quote = (field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

let orderedAt = FIRST_ORDER_AT;
const lines = ['id,ordered_at,customer,email,item,quantity,price_cents'];
for (let index = 0; index < COUNT; index++) {
  const id = FIRST_ID + index;
  orderedAt += 1000 * (1 + Math.floor(random() * 600));
  const customer = `${pick(GIVEN)} ${pick(FAMILY)}${pick(SUFFIX)}`;
  const [item, price] = pick(ITEMS);
  const at = new Date(orderedAt).toISOString().replace('.000', '');
  const fields = [
    id,
    at,
    customer,
    `customer-${id}@example.com`,
    item,
    1 + Math.floor(random() * 5),
    price,
  ];
  lines.push(fields.map((field) => quote(String(field))).join(','));
}
writeFileSync(new URL('../data/orders.csv', import.meta.url), `${lines.join('\n')}\n`);
