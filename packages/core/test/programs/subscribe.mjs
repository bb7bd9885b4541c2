// Tells the offset of each event that it gets, until one says that it is the last.
import { open } from '@honker/core';

const [, , path, topic, consumer] = process.argv;
const db = open(path);
for await (const { offset, payload } of db.stream(topic).subscribe(consumer, { saveEveryN: 3 })) {
  process.send({ offset });
  if (payload === 'last') break;
}
db.close();
process.disconnect();
