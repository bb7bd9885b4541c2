// Tells the id of each notification that it hears, and writes nothing: only a wake can tell it of one.
import { open } from '@honker/core';
import { untilStopped } from './plug.mjs';

const db = open(process.argv[2]);
const controller = new AbortController();
untilStopped(() => controller.abort());
const heard = db.listen('channel', { signal: controller.signal });
const [{ last }] = db.query('SELECT ifnull(max(id), 0) AS last FROM _honker_notifications');
process.send({ last });
for await (const { id } of heard) process.send({ id });
db.close();
