// Holds a lock by withLock() until it is told to let go, or killed.
import { open } from '@honker/core';

const [, , path, name] = process.argv;
const db = open(path);
await db.withLock(name, { ttlS: 60 }, async () => {
  process.send('held');
  await new Promise((resolve) => process.once('message', resolve));
});
db.close();
process.disconnect();
