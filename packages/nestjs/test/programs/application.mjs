/**
 * An application whose jobs tell when they begin, and end when they are told to, or when their signal fires.
 * Arguments: the database, how it handles SIGTERM, the time limit of the drain.
 */
import { FailError } from '@honker/core';
import { HonkerModule, InjectHonker, Processor, WorkerHost } from '@honker/nestjs';
import { Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const [path, ending, drainTimeoutMs] = process.argv.slice(2);
const go = new Promise((resolve) => process.once('message', resolve));

class Jobs extends WorkerHost {
  constructor(db) {
    super();
    this.db = db;
  }

  async process(job, signal) {
    process.send({ began: job.id });
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    await Promise.race([go, aborted]);
    if (signal.aborted)
      throw new FailError('it has been told to end, and its outcome does not count');
    this.db.transaction((tx) => tx.execute('INSERT INTO done (id) VALUES (?)', [job.id]));
  }
}
Processor('q', { concurrency: 4, prefetch: 2 })(Jobs);
InjectHonker()(Jobs, undefined, 0);

/** The application's own connection, say, which it closes as late as possible. */
class Service {
  constructor(db) {
    this.db = db;
  }

  onModuleDestroy() {
    process.send({ hook: 'onModuleDestroy' });
  }

  beforeApplicationShutdown() {
    process.send({ hook: 'beforeApplicationShutdown' });
  }

  onApplicationShutdown() {
    process.send({ hook: 'onApplicationShutdown', isOpen: this.db.isOpen });
  }
}
Inject('HonkerDatabase(default)')(Service, undefined, 0);

class AppModule {}
Module({
  imports: [
    HonkerModule.forRoot({ database: path, drainTimeoutMs: Number(drainTimeoutMs) }),
    HonkerModule.registerQueue({ name: 'q' }),
  ],
  providers: [Jobs, Service],
})(AppModule);

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
if (ending === 'hooks') app.enableShutdownHooks();
else if (ending === 'hooks and exit') app.enableShutdownHooks([], { useProcessExit: true });
else {
  process.once('SIGTERM', async () => {
    await app.close();
    process.disconnect();
  });
}
process.send({ pid: process.pid });
