import { FailError } from '@honker/core';

/** What Nest's pipes throw for a value that they refuse. */
interface HttpError {
  message: string;
  getStatus(): number;
  getResponse(): string | { message?: string | string[] };
}

/** A FailError for what a pipe has refused, by 400 or 422: it would be refused again. */
export function refusal(error: unknown): FailError | undefined {
  const thrown = Object(error) as Partial<HttpError>;
  if (typeof thrown.getStatus !== 'function' || ![400, 422].includes(thrown.getStatus())) {
    return undefined;
  }
  const response = thrown.getResponse?.();
  const details = typeof response === 'object' ? response.message : response;
  const text = Array.isArray(details) ? details.join(', ') : (details ?? thrown.message);
  return new FailError(`the payload was refused: ${text}`, { cause: error });
}

/** The stable code of an error of honker's, whichever copy of it threw. */
export function codeOf(error: unknown): unknown {
  return Object(error).code;
}

export function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
