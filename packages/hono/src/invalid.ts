import type { SchemaIssue } from '@honker/core';
import type { Context } from 'hono';
import type { TypedResponse } from 'hono/types';

/** One thing that is wrong with a request. */
export interface Issue {
  message: string;
  /** Where, from the outside in. */
  path: (string | number)[];
}

/** The answer to a request that isn't valid. */
export type Invalid = TypedResponse<{ error: string; issues: Issue[] }, 422, 'json'>;

export function invalid(c: Context, error: string, issues: readonly SchemaIssue[]): Invalid {
  return c.json({ error, issues: issues.map(toIssue) }, 422);
}

/** Schemas differ in what a path is made of. */
function toIssue({ message, path = [] }: SchemaIssue): Issue {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
  return { message, path: keys.map((key) => (typeof key === 'symbol' ? String(key) : key)) };
}
