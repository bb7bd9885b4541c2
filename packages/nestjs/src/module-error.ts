import { HonkerError } from '@honker/core';

/**
 * The application cannot start: what its classes and decorators say doesn't fit together. Each problem names
 * the class and the decorator.
 */
export class HonkerModuleError extends HonkerError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super('HONKER_MODULE', problems.join('\n'), options);
    this.problems = problems;
  }
}
