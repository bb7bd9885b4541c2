import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface Options {
  file: string;
  workers: number;
  help: boolean;
}

/** The arguments are wrong. The message is for whoever typed them. */
export class UsageError extends Error {}

const MOST_WORKERS = 32;

export const USAGE = `Usage: npm run demo -- [options]

  --file <orders.csv>   the orders to import (default: the 20,000 that ship with the demo)
  --workers <number>    worker processes, 1 to ${MOST_WORKERS} (default: 2)
  --help                this text
`;

/** @throws {UsageError} */
export function readOptions(args: string[]): Options {
  const { file, workers, help } = parse(args);
  if (!/^\d{1,2}$/.test(workers) || Number(workers) < 1 || Number(workers) > MOST_WORKERS) {
    throw new UsageError(
      `--workers must be a whole number from 1 to ${MOST_WORKERS}, not "${workers}"`,
    );
  }
  return { file: resolve(file), workers: Number(workers), help };
}

function parse(args: string[]): { file: string; workers: string; help: boolean } {
  try {
    return parseArgs({
      args,
      options: {
        file: {
          type: 'string',
          default: fileURLToPath(new URL('../data/orders.csv', import.meta.url)),
        },
        workers: { type: 'string', default: '2' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
