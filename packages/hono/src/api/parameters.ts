import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** At most so many on a page. */
const LARGEST_PAGE = 1000;
const PAGE = 100;

/** A refusal as JSON, like all that the API answers. */
export function refusal(c: Context, error: string): HTTPException {
  return new HTTPException(400, { message: error, res: c.json({ error }, 400) });
}

/** The whole number of a path or a query. */
export function wholeNumber(c: Context, name: string, text: string): number {
  const value = Number(text);
  if (/^-?\d{1,16}$/.test(text) && Number.isSafeInteger(value)) return value;
  const shown = JSON.stringify(text.slice(0, 40));
  throw refusal(c, `${name} must be a whole number, not ${shown}`);
}

/** The id in the path. */
export function idOf(c: Context): number {
  const id = wholeNumber(c, 'id', c.req.param('id') ?? '');
  if (id < 0) throw refusal(c, `id must be at least 0, not ${id}`);
  return id;
}

/** The name in the path: of a queue, a topic, a schedule. */
export function nameOf(c: Context, parameter: 'queue' | 'topic' | 'name'): string {
  const name = c.req.param(parameter) ?? '';
  if (name.includes('\0')) throw refusal(c, `${parameter} must not contain a NUL character`);
  return name;
}

/** How many are wanted. */
export function limitOf(c: Context, text: string | undefined): number {
  if (text === undefined) return PAGE;
  const limit = wholeNumber(c, 'limit', text);
  if (limit >= 1 && limit <= LARGEST_PAGE) return limit;
  throw refusal(c, `limit must be from 1 to ${LARGEST_PAGE}, not ${limit}`);
}
