import type { WriteStream } from 'node:tty';

export type Mood = 'good' | 'bad';

/** Colours where the output has them. */
export class Style {
  readonly #hasColours: boolean;

  constructor(out: WriteStream) {
    this.#hasColours = out.isTTY && out.hasColors();
  }

  bold(text: string): string {
    return this.#wrap(text, 1, 22);
  }

  dim(text: string): string {
    return this.#wrap(text, 2, 22);
  }

  good(text: string): string {
    return this.#wrap(text, 32, 39);
  }

  bad(text: string): string {
    return this.#wrap(text, 31, 39);
  }

  mark(mood: Mood): string {
    return mood === 'good' ? this.good('✓') : this.bad('✗');
  }

  #wrap(text: string, on: number, off: number): string {
    return this.#hasColours ? `\u001B[${on}m${text}\u001B[${off}m` : text;
  }
}
