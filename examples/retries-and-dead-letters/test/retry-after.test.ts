import { expect, it } from 'vitest';
import { retryAfterS } from '../src/retry-after.js';

const answer = (value: string) => new Response(null, { headers: { 'retry-after': value } });

it('takes seconds, and one more', () => {
  expect(retryAfterS(answer('0'))).toBe(1);
  expect(retryAfterS(answer('120'))).toBe(121);
});

it('takes a date, and is never earlier', () => {
  const seconds = retryAfterS(answer(new Date(Date.now() + 60_000).toUTCString()));
  expect([60, 61]).toContain(seconds); // such a date has no milliseconds
  expect(retryAfterS(answer('Fri, 02 Jan 2026 00:00:00 GMT'))).toBe(1);
});

it('has no answer where there is no header, or one that is neither', () => {
  expect(retryAfterS(new Response())).toBeUndefined();
  expect(retryAfterS(answer('soon'))).toBeUndefined();
});
