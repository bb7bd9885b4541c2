/** A worker thread that opens a watcher and leaves it open. */
import { parentPort, workerData } from 'node:worker_threads';
import { extensionPath, watchCommits } from '@honker/native';
import Database from 'better-sqlite3';

const db = new Database(workerData);
db.loadExtension(extensionPath());
const watcher = watchCommits(workerData, () => undefined);
watcher.ref();
parentPort.postMessage('open');
