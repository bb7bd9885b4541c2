import { SchemaError, type SchemaIssue } from './schema-error.js';

/**
 * A validator of whatever library implements Standard Schema: zod, valibot, arktype and others. It has to
 * answer at once; one that answers with a promise is refused.
 *
 * @example
 * ```ts
 * import type { StandardSchema } from '@honker/core';
 * import { z } from 'zod';
 *
 * const schema: StandardSchema<{ to: string }> = z.object({ to: z.email() });
 * db.queue('mails', { schema });
 * ```
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** @inline */
type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/**
 * What a schema takes.
 *
 * @example
 * ```ts
 * import type { InputOf } from '@honker/core';
 * import { z } from 'zod';
 *
 * const schema = z.object({ copies: z.number().default(1) });
 * const input: InputOf<typeof schema> = {};
 * ```
 */
export type InputOf<Schema extends StandardSchema> = NonNullable<
  Schema['~standard']['types']
>['input'];

/**
 * What a schema makes of it.
 *
 * @example
 * ```ts
 * import type { OutputOf } from '@honker/core';
 * import { z } from 'zod';
 *
 * const schema = z.object({ copies: z.number().default(1) });
 * const output: OutputOf<typeof schema> = { copies: 2 };
 * ```
 */
export type OutputOf<Schema extends StandardSchema> = NonNullable<
  Schema['~standard']['types']
>['output'];

/** @throws {TypeError} unless `schema` is one, or undefined. */
export function requireSchema(schema: unknown): StandardSchema | undefined {
  if (schema === undefined) return undefined;
  const standard = (schema as Partial<StandardSchema> | null)?.['~standard'];
  if (typeof standard?.validate !== 'function') {
    throw new TypeError(
      'schema must be a Standard Schema: one of zod, valibot, arktype or their like',
    );
  }
  return schema as StandardSchema;
}

/**
 * What the schema makes of a value; the value itself where there is no schema.
 *
 * @throws {SchemaError} for a value that doesn't match; `what` names it.
 * @throws {TypeError} for a schema that answers with a promise.
 */
export function validate(
  schema: StandardSchema | undefined,
  value: unknown,
  what: string,
): unknown {
  if (schema === undefined) return value;
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new TypeError(
      `the schema of ${what} answers with a promise: enqueueing can't wait for it, so use one without ` +
        'asynchronous checks, and make those in the handler',
    );
  }
  if (result.issues !== undefined) throw new SchemaError(what, result.issues);
  return result.value;
}
