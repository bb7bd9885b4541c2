/** Waits by SQL on a watcher that another thread opened: posts 'ready', then what the wait returned. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { extensionPath } from '../../../dist/esm/index.js';

const { path, id, timeoutMs } = workerData;
const db = new Database(path);
db.loadExtension(extensionPath());
const wait = db.prepare('SELECT honker_update_watcher_wait(?, ?)').pluck();
parentPort.postMessage('ready');
const news = wait.get(id, timeoutMs);
db.close();
parentPort.postMessage(news);
