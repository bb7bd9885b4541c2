import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** What a browser sends when it reconnects. */
const HEADER = 'Last-Event-ID';
/** What a page sends with its first request, for which no browser lets it choose headers. */
const PARAMETER = 'lastEventId';

/**
 * The event that the client has seen last; undefined if it doesn't tell.
 *
 * @throws {HTTPException} 400, for what is no event id of ours.
 */
export function lastEventId(c: Context): number | undefined {
  const header = c.req.header(HEADER);
  // A reconnect knows better than the address, which stays that of the first request.
  const [name, text] = header ? [HEADER, header] : [PARAMETER, c.req.query(PARAMETER)];
  if (text === undefined) return undefined;
  const id = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(id)) return id;
  throw new HTTPException(400, {
    message: `${name} must be the id of an event, not ${JSON.stringify(text.slice(0, 40))}`,
  });
}
