import type { LoggerService } from '@nestjs/common';

/** Keeps what Nest's Logger is told. */
export class Logs implements LoggerService {
  readonly lines: { level: string; context: unknown; message: string }[] = [];
  /** Called at each. */
  onLine: () => void = () => {};

  /** The messages of honker, of one level. */
  of(level: 'log' | 'warn' | 'error'): string[] {
    return this.lines
      .filter((line) => line.level === level && String(line.context).startsWith('Honker'))
      .map(({ message }) => message);
  }

  log = (message: unknown, ...rest: unknown[]): void => this.#keep('log', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.#keep('warn', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.#keep('error', message, rest);

  #keep(level: string, message: unknown, rest: unknown[]): void {
    this.lines.push({ level, message: String(message), context: rest.at(-1) });
    this.onLine();
  }
}
