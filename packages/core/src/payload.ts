import { toJson } from './arguments.js';
import { SchemaError } from './schema-error.js';
import { type StandardSchema, validate } from './standard-schema.js';

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

  /**
   * For what is buried when it is malformed: anybody may have written it.
   *
   * @throws {SyntaxError} for what is no JSON.
   * @throws {SchemaError} for a payload that doesn't match; or whatever the schema throws.
   */
  read(row: { payload: string }): unknown {
    const payload = parsePayload(row);
    return this.#schema === undefined ? payload : validate(this.#schema, payload, 'payload');
  }

  /**
   * For what can't be: the text itself, where no schema says what is wanted.
   *
   * @throws {SchemaError} for a payload that doesn't match; `nameOf` names its row.
   */
  readOrThrow<Row extends { payload: string }>(row: Row, nameOf: (row: Row) => string): unknown {
    if (this.#schema === undefined) return payloadOrText(row);
    let payload: unknown;
    try {
      payload = parsePayload(row);
    } catch (error) {
      throw new SchemaError(nameOf(row), [{ message: (error as Error).message }]);
    }
    return validate(this.#schema, payload, nameOf(row));
  }

  /** The same for a payload that was parsed with its row. */
  checkOrThrow<Row>(payload: unknown, row: Row, nameOf: (row: Row) => string): unknown {
    return this.#schema === undefined ? payload : validate(this.#schema, payload, nameOf(row));
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

/** @throws {SyntaxError} for what is no JSON. */
function parsePayload(row: { payload: string }): unknown {
  try {
    return JSON.parse(row.payload);
  } catch (cause) {
    throw new SyntaxError(`payload is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}
