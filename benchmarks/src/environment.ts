import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import Database from 'better-sqlite3';
import type { Workspace } from './workspace.js';

/** What figures of two runs must have in common to be compared, and often not even then. */
export function describeEnvironment(workspace: Workspace): string[] {
  const memory = new Database(':memory:');
  const sqlite = memory.prepare('SELECT sqlite_version()').pluck().all()[0];
  memory.close();
  const driver = createRequire(import.meta.url)('better-sqlite3/package.json') as {
    version: string;
  };
  const [cpu] = cpus();
  return [
    `Node ${process.versions.node}, SQLite ${sqlite}, better-sqlite3 ${driver.version}`,
    `${cpus().length} × ${cpu?.model.trim()}, load ${loadavg()[0]?.toFixed(2)}, ` +
      `files on ${workspace.fileSystem} in ${workspace.directory}`,
    'Payloads of 100 bytes of JSON; WAL, synchronous=NORMAL; medians of slices that take turns.',
    '',
  ];
}
