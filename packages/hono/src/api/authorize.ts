import type { Context } from 'hono';
import type { MiddlewareHandler } from 'hono/types';

/**
 * Who may: a function that answers true for whom it lets in, false (403), or a response of its own; or `'public'`, for
 * everybody who can reach the server.
 *
 * @example
 * ```ts
 * const authorize: Authorize = (c) => isAdmin(c) || c.redirect('/login');
 * app.route('/honker', honkerApi(db, { authorize }));
 * ```
 */
export type Authorize = 'public' | ((c: Context) => Verdict | Promise<Verdict>);
/** @inline */
type Verdict = boolean | Response;

export function authorized(authorize: Authorize): MiddlewareHandler {
  if (authorize === 'public') return (_c, next) => next();
  if (typeof authorize !== 'function') {
    throw new TypeError(
      "honkerApi() needs { authorize }: it shows payloads and deletes jobs. Give it (c) => boolean, or 'public' to let " +
        'everybody in',
    );
  }
  return async (c, next) => {
    const verdict = await authorize(c);
    if (verdict === true) return next();
    return verdict instanceof Response ? verdict : c.json({ error: 'not authorized' }, 403);
  };
}
