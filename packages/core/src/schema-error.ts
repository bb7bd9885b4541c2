import { HonkerError } from './errors.js';

/**
 * One thing that is wrong with a value.
 *
 * @example
 * ```ts
 * import type { SchemaIssue } from '@honker/core';
 *
 * const describe = ({ message, path = [] }: SchemaIssue) => `${path.length} keys deep: ${message}`;
 * ```
 */
export interface SchemaIssue {
  readonly message: string;
  /** Where in the value. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A payload that doesn't match the schema of its queue, stream or task.
 *
 * @example
 * ```ts
 * import { SchemaError } from '@honker/core';
 * import { z } from 'zod';
 *
 * const mails = db.queue('mails', { schema: z.object({ to: z.email() }) });
 * try {
 *   mails.enqueue({ to: 'nobody' });
 * } catch (error) {
 *   if (error instanceof SchemaError) console.log(error.issues[0]?.path); // => [ 'to' ]
 * }
 * ```
 */
export class SchemaError extends HonkerError {
  /** What the validator said, each with where in the payload it is. */
  readonly issues: readonly SchemaIssue[];

  constructor(what: string, issues: readonly SchemaIssue[]) {
    super(
      'HONKER_SCHEMA',
      `${what} does not match the schema: ${issues.map(describeIssue).join('; ')}`,
    );
    this.issues = issues;
  }
}

function describeIssue({ message, path = [] }: SchemaIssue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
