import { type Measurement, ratioOf, type Unit } from './measurement.js';

const COLUMNS = ['', 'honker', 'floor', 'ratio', 'goal', '', ''] as const;
const WIDTHS = [36, 16, 16, 6, 20, 4, 0] as const;
const IS_NUMERIC = [false, true, true, true, false, false, false] as const;

/** Prints the table as it comes to be, a line a measurement, and then how many goals were met. */
export class Report {
  #goals = 0;
  #met = 0;

  heading(lines: readonly string[]): void {
    for (const line of lines) console.log(line);
    this.#line(COLUMNS);
  }

  section(title: string): void {
    console.log(`\n${title}`);
  }

  add(measurement: Measurement): void {
    const { name, honker, floor, goal, note = '' } = measurement;
    const isMet = goal?.isMet(measurement);
    if (isMet !== undefined) this.#goals++;
    if (isMet) this.#met++;
    this.#line([
      `  ${name}`,
      quantity(honker, measurement.unit),
      floor === undefined ? '' : quantity(floor, measurement.unit),
      floor ? ratioOf(measurement).toFixed(2) : '',
      goal?.text ?? '',
      isMet === undefined ? '' : isMet ? 'pass' : 'MISS',
      note,
    ]);
  }

  summary(seconds: number): void {
    console.log(`\n${this.#met} of ${this.#goals} goals met, in ${seconds.toFixed(0)} s.`);
  }

  #line(cells: readonly string[]): void {
    const padded = cells.map((cell, index) => {
      const width = WIDTHS[index] ?? 0;
      return IS_NUMERIC[index] ? cell.padStart(width) : cell.padEnd(width);
    });
    console.log(padded.join('  ').trimEnd());
  }
}

export function quantity(value: number, unit: Unit): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : value < 10 ? 2 : 1;
  const number = value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return unit === '' ? number : `${number} ${unit}`;
}
