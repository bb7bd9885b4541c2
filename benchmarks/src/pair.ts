import { type Database, open, type Queue } from '@honker/core';
import { RawQueue } from './floor/raw-queue.js';
import { QUEUE, WORKER_ID } from './names.js';
import type { Payload } from './payload.js';
import type { Workspace } from './workspace.js';

/** A file for honker and one for the floor, alike. */
interface Pair {
  db: Database;
  queue: Queue<Payload>;
  raw: RawQueue;
}

/** Makes an empty file with honker's tables and indexes. */
export function createFile(workspace: Workspace): string {
  const path = workspace.newFile();
  open(path).close();
  return path;
}

export async function withPair<Result>(
  workspace: Workspace,
  body: (pair: Pair) => Promise<Result>,
): Promise<Result> {
  const paths = [createFile(workspace), createFile(workspace)] as const;
  const db = open(paths[0]);
  const raw = new RawQueue(paths[1], QUEUE, WORKER_ID);
  try {
    return await body({ db, queue: db.queue<Payload>(QUEUE), raw });
  } finally {
    db.close();
    raw.close();
    for (const path of paths) workspace.removeFile(path);
  }
}
