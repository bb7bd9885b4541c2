// A worker whose handler never ends.
import { open } from '@honker/core';

const [, , path, name, visibilityTimeoutS] = process.argv;
const db = open(path);
db.queue(name, { visibilityTimeoutS: Number(visibilityTimeoutS) }).work((job) => {
  process.send({ id: job.id, attempts: job.attempts });
  return new Promise(() => {});
});
