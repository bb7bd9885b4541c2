import { readFileSync } from 'node:fs';
import { type CsvRecord, parseCsv } from './csv.js';

export interface Order {
  id: number;
  orderedAt: string;
  customer: string;
  email: string;
  item: string;
  quantity: number;
  priceCents: number;
}

const COLUMNS = ['id', 'ordered_at', 'customer', 'email', 'item', 'quantity', 'price_cents'];

/** The file isn't there, or isn't one of orders. The message is for whoever passed the file. */
export class OrdersFileError extends Error {}

/** @throws {OrdersFileError} */
export function readOrders(file: string): Order[] {
  const text = readText(file);
  try {
    return parseOrders(text);
  } catch (error) {
    throw new OrdersFileError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw new OrdersFileError(`cannot read ${file}: ${reason}`, { cause: error });
  }
}

function parseOrders(text: string): Order[] {
  const [header, ...records] = parseCsv(text);
  if (header?.fields.join() !== COLUMNS.join()) {
    throw new SyntaxError(`the first line must be ${COLUMNS.join()}`);
  }
  if (records.length === 0) throw new SyntaxError('there are no orders in it');
  const ids = new Set<number>();
  return records.map((record) => {
    const order = toOrder(record);
    if (ids.has(order.id)) throw new SyntaxError(`line ${record.line}: order ${order.id} again`);
    ids.add(order.id);
    return order;
  });
}

function toOrder({ fields, line }: CsvRecord): Order {
  if (fields.length !== COLUMNS.length) {
    throw new SyntaxError(`line ${line}: ${fields.length} fields instead of ${COLUMNS.length}`);
  }
  const [id = '', orderedAt = '', customer = '', email = '', item = '', quantity = '', price = ''] =
    fields;
  const whole = (value: string, column: string): number => {
    if (!/^\d{1,15}$/.test(value)) {
      throw new SyntaxError(`line ${line}: ${column} must be a whole number, not "${value}"`);
    }
    return Number(value);
  };
  return {
    id: whole(id, 'id'),
    orderedAt,
    customer,
    email,
    item,
    quantity: whole(quantity, 'quantity'),
    priceCents: whole(price, 'price_cents'),
  };
}
