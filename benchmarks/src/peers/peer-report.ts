import { quantity } from '../report.js';
import type { Absentee, Contestant, LineUp } from './contestants.js';
import { isFailure, type PeerRow } from './peer-benchmark.js';

const NAME_WIDTH = 34;
const CELL_WIDTH = 15;

/** Prints the table as it comes to be, a column a contestant. */
export class PeerReport {
  readonly #contestants: readonly Contestant[];
  readonly #absentees: readonly Absentee[];

  constructor({ contestants, absentees }: LineUp) {
    this.#contestants = contestants;
    this.#absentees = absentees;
  }

  heading(environment: readonly string[]): void {
    for (const line of environment) console.log(line);
    for (const { name, parts } of this.#contestants) console.log(`${name}: ${parts}`);
    for (const { name, reason } of this.#absentees) console.log(`${name} is missing: ${reason}`);
    console.log();
    this.#line(
      '',
      this.#contestants.map(({ name }) => name),
    );
  }

  add({ name, unit, cells }: PeerRow): void {
    this.#line(
      name,
      cells.map((cell) => (isFailure(cell) ? 'failed' : quantity(cell, unit))),
    );
    cells.forEach((cell, index) => {
      if (isFailure(cell)) console.log(`    ${this.#contestants[index]?.name}: ${cell.failure}`);
    });
  }

  summary(seconds: number): void {
    console.log(`\nIn ${seconds.toFixed(0)} s.`);
  }

  #line(name: string, cells: readonly string[]): void {
    const padded = cells.map((cell) => cell.padStart(CELL_WIDTH));
    console.log([name.padEnd(NAME_WIDTH), ...padded].join('  ').trimEnd());
  }
}
