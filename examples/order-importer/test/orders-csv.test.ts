import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { OrdersFileError, readOrders } from '../src/orders-csv.js';

const HEADER = 'id,ordered_at,customer,email,item,quantity,price_cents';

function read(text: string) {
  const directory = mkdtempSync(join(tmpdir(), 'order-importer-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'orders.csv');
  writeFileSync(file, text);
  return readOrders(file);
}

it('01 reads the file that ships', () => {
  const orders = readOrders(fileURLToPath(new URL('../data/orders.csv', import.meta.url)));
  expect(orders).toHaveLength(20_000);
  expect(orders[2]).toEqual({
    id: 100_003,
    orderedAt: '2026-01-01T00:15:18Z',
    customer: 'Björn Bianchi',
    email: 'customer-100003@example.com',
    item: 'Monitor 27"',
    quantity: 5,
    priceCents: 21_900,
  });
});

it('02 reads quotes, commas and line breaks in fields, CRLF, a byte order mark, no last newline', () => {
  const orders = read(`\uFEFF${HEADER}\r\n1,now,"A, ""B""\nC",,"",2,3\r\n\r\n2,now,D,d,e,4,5`);
  expect(orders.map(({ id, customer, email, item }) => [id, customer, email, item])).toEqual([
    [1, 'A, "B"\nC', '', ''],
    [2, 'D', 'd', 'e'],
  ]);
});

it.each([
  ['03', 'another header', 'id,name\n1,a', /the first line must be id,ordered_at/],
  ['04', 'an empty file', '', /the first line must be/],
  ['05', 'no orders', `${HEADER}\n`, /there are no orders in it/],
  ['06', 'missing fields', `${HEADER}\n1,now,a\n`, /line 2: 3 fields instead of 7/],
  ['07', 'no number', `${HEADER}\n1,now,a,b,c,many,5\n`, /line 2: quantity must be .* not "many"/],
  [
    '08',
    'an order twice',
    `${HEADER}\n1,n,"a\n",b,c,4,5\n1,n,a,b,c,4,5\n`,
    /line 4: order 1 again/,
  ],
  ['09', 'an open quote', `${HEADER}\n1,now,"a,b,c,4,5\n`, /line 2: a quote is out of place/],
  ['10', 'a quote inside', `${HEADER}\n1,now,"a"b,b,c,4,5\n`, /line 2: a quote is out of place/],
])('%s refuses %s', (_number, _name, text, message) => {
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).toThrow(OrdersFileError);
});
