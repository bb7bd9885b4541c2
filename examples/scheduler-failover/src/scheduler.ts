/** `scheduler.js <folder>`: what every process of an application runs that has schedules. */
import { ensureSchedule, openDatabase } from './schedule.js';
import { stopSignal } from './stop-signal.js';

const [folder = ''] = process.argv.slice(2);
const stopping = stopSignal();
const db = openDatabase(folder);
ensureSchedule(db);
await db.scheduler().run({ signal: stopping });
db.close();
