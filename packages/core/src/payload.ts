import { toJson } from './arguments.js';
import { SchemaError } from './errors.js';
import { type StandardSchema, validate } from './standard-schema.js';

/** A payload as it was read, or what is wrong with its row: anybody may have written it. */
export type ReadPayload = { payload: unknown } | { malformed: string };

/** How the payloads of one queue, stream or task are written into rows, and read from them. */
export class PayloadFormat {
  readonly #schema: StandardSchema | undefined;

  constructor(schema: StandardSchema | undefined) {
    this.#schema = schema;
  }

  /**
   * What the schema checks is kept as it was given: whoever claims it makes of it what the schema makes.
   *
   * @throws {TypeError | SchemaError} for what is no JSON value, or doesn't match; `name` names it.
   */
  write = (payload: unknown, name = 'payload'): string => {
    validate(this.#schema, payload, name);
    return toJson(payload, name);
  };

  /** For what is buried when it is malformed. */
  read(row: { payload: string }): ReadPayload {
    const parsed = parsePayload(row);
    if (this.#schema === undefined || 'malformed' in parsed) return parsed;
    try {
      return { payload: validate(this.#schema, parsed.payload, 'payload') };
    } catch (error) {
      return { malformed: (error as Error).message };
    }
  }

  /**
   * For what can't be: the text itself, where no schema says what is wanted.
   *
   * @throws {SchemaError} for a payload that doesn't match; `nameOf` names its row.
   */
  readOrThrow<Row extends { payload: string }>(row: Row, nameOf: (row: Row) => string): unknown {
    if (this.#schema === undefined) return payloadOrText(row);
    const parsed = parsePayload(row);
    if ('malformed' in parsed) throw new SchemaError(nameOf(row), [{ message: parsed.malformed }]);
    return validate(this.#schema, parsed.payload, nameOf(row));
  }
}

/** The payload of a row, or the text itself where that isn't JSON. */
export function payloadOrText({ payload }: { payload: string }): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

/** The payload of a row, whatever it is, if it is JSON. */
function parsePayload(row: { payload: string }): ReadPayload {
  try {
    return { payload: JSON.parse(row.payload) };
  } catch (error) {
    return { malformed: `payload is not valid JSON: ${(error as Error).message}` };
  }
}
