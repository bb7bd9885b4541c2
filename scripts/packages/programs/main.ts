/**
 * Runs programs one after another, with the driver that comes first, in one process; prints what became of each.
 * One that takes the process with it has printed nothing.
 */
import { argv } from 'node:process';
import type { Driver } from './connect.js';

interface Program {
  run(driver: Driver): Promise<void>;
}

async function main([driver, ...names]: string[]): Promise<void> {
  for (const name of names) {
    try {
      const { run }: Program = await import(`./${name}.js`);
      await run(driver as Driver);
      console.log(JSON.stringify({ name }));
    } catch (error) {
      console.log(JSON.stringify({ name, error: error instanceof Error ? error.stack : error }));
    }
  }
}

void main(argv.slice(2));
