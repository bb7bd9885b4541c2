/** Watches until its thread is terminated. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { extensionPath, watchCommits } from '../../../dist/esm/index.js';

const { path, backend } = workerData;
const db = new Database(path);
db.loadExtension(extensionPath());
watchCommits(path, () => undefined, { backend }).ref();
parentPort.postMessage('open');
