// Publishes and notifies what it is sent, until it is told to end.
import { open } from '@honker/core';

const db = open(process.argv[2]);
process.on('message', ({ topic, channel, payload }) => {
  if (topic !== undefined) process.send({ offset: db.stream(topic).publish(payload) });
  else if (channel !== undefined) process.send({ id: db.notify(channel, payload) });
  else {
    db.close();
    process.disconnect();
  }
});
process.send('ready');
