import type { WriteStream } from 'node:tty';
import type { Mood, Style } from './style.js';

const LONGEST_BAR = 30;
const LABEL_WIDTH = 12;
const REDRAW_EVERY_MS = 80;
const LINE_EVERY_MS = 1000;

/** Shows how far the demo is: a bar on a terminal, otherwise at most a line a second. */
export class Progress {
  readonly #out: WriteStream;
  readonly #style: Style;
  #timer: NodeJS.Timeout | undefined;
  #label = '';
  #verb = '';
  #total = 0;
  #count = 0;
  #detail = '';
  #shown = '';

  constructor(out: WriteStream, style: Style) {
    this.#out = out;
    this.#style = style;
  }

  begin(label: string, total: number, verb: string): void {
    this.#label = label;
    this.#verb = verb;
    this.#total = total;
    this.#count = 0;
    this.#detail = '';
    this.#timer = setInterval(
      () => this.#draw(),
      this.#out.isTTY ? REDRAW_EVERY_MS : LINE_EVERY_MS,
    );
  }

  /** What is written twice counts twice, so `count` may be more than there is to do. */
  update(count: number, detail: string): void {
    this.#count = Math.min(count, this.#total);
    this.#detail = detail;
  }

  /** Something that happened, in a line of its own. */
  note(mood: Mood, text: string): void {
    this.#clear();
    this.#out.write(`${' '.repeat(LABEL_WIDTH + 2)}${this.#style.mark(mood)} ${text}\n`);
    if (!this.#out.isTTY) return;
    this.#shown = '';
    this.#draw();
  }

  /** All of it is done. */
  finish(): void {
    this.#count = this.#total;
    this.#detail = '';
    this.stop();
  }

  /** Leaves what is shown as it is. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#draw();
    if (this.#out.isTTY) this.#out.write('\n');
    this.#shown = '';
  }

  #draw(): void {
    const line = this.#line();
    if (line === this.#shown) return;
    this.#clear();
    this.#out.write(this.#out.isTTY ? line : `${line}\n`);
    this.#shown = line;
  }

  #clear(): void {
    if (this.#out.isTTY) this.#out.write('\r\u001B[K');
  }

  #line(): string {
    const total = this.#total.toLocaleString('en');
    const count = this.#count.toLocaleString('en').padStart(total.length);
    const detail = this.#detail === '' ? '' : ` · ${this.#detail}`;
    const label = `  ${this.#label.padEnd(LABEL_WIDTH)}`;
    const numbers = `${count} of ${total} ${this.#verb}`;
    if (!this.#out.isTTY) return `${label}${numbers}${detail}`;
    // A line that wraps can't be drawn again in place.
    const room = (this.#out.columns || 80) - label.length - numbers.length - detail.length - 2;
    return `${label}${this.#bar(Math.max(0, Math.min(LONGEST_BAR, room)))} ${numbers}${this.#style.dim(detail)}`;
  }

  #bar(width: number): string {
    const filled = Math.floor((width * this.#count) / Math.max(1, this.#total));
    return `${this.#style.good('━'.repeat(filled))}${this.#style.dim('─'.repeat(width - filled))}`;
  }
}
