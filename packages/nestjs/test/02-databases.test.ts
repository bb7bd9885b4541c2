import { type Database, open, type Queue, type Stream } from '@honker/core';
import {
  getHonkerToken,
  getQueueToken,
  getStreamToken,
  HonkerModule,
  type HonkerOptionsFactory,
  InjectHonker,
  InjectQueue,
  InjectStream,
  Processor,
  WorkerHost,
} from '@honker/nestjs';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { openRaw, temporaryPath } from '../../core/test/temporary-database.js';
import { start } from './application.js';
import { Logs } from './logs.js';

describe('a database', () => {
  it('is opened from a path, and closed with the application', async () => {
    const test = await start({});
    const { db } = test;
    expect(db.path).toBe(test.path);
    await test.close();
    expect(db.isOpen).toBe(false);
  });

  it('is made of a connection that the application has, which stays open', async () => {
    const raw = openRaw(temporaryPath());
    const path = raw.name;
    const test = await start({ database: Object.assign(raw, { path }), queues: ['q'] });
    const { db } = test;
    raw.exec('BEGIN');
    test.queue('q').enqueueTx(raw, 1);
    raw.exec('COMMIT');
    expect(test.live()).toHaveLength(1);
    await test.close();
    expect([db.isOpen, raw.open]).toEqual([false, true]);
  });

  it('that was opened before is left to whoever opened it', async () => {
    const db = open(temporaryPath());
    atEnd(() => db.close());
    const test = await start({ database: db });
    expect(test.db).toBe(db);
    await test.close();
    expect(db.isOpen).toBe(true);
  });

  it('gets its options from a factory, a class or an existing provider', async () => {
    const path = temporaryPath();

    @Injectable()
    class Options implements HonkerOptionsFactory {
      createHonkerOptions() {
        return { database: path };
      }
    }

    @Module({
      providers: [Options, { provide: 'PATH', useValue: path }],
      exports: [Options, 'PATH'],
    })
    class OptionsModule {}

    const imports = [OptionsModule];
    for (const asyncOptions of [
      { useFactory: async (database: string) => ({ database }), inject: ['PATH'], imports },
      { useClass: Options },
      { useExisting: Options, imports },
    ]) {
      class Root {}
      Module({ imports: [HonkerModule.forRootAsync(asyncOptions)] })(Root);
      const app = await NestFactory.createApplicationContext(Root, { logger: new Logs() });
      expect(app.get<Database>(getHonkerToken()).path).toBe(path);
      await app.close();
    }
    expect(() => HonkerModule.forRootAsync({})).toThrow(
      'one of useFactory, useClass and useExisting',
    );
  });

  it('keeps its options from being wrong', async () => {
    for (const [options, message] of [
      [{ role: 'reader' }, 'role must be one of producer, worker, both, not reader'],
      [{ application: 'a:b' }, 'application must be a text without a colon'],
      [{ drainTimeoutMs: 0.5 }, 'drainTimeoutMs must be a whole number'],
      [{ database: ':memory:' }, 'honker needs a database file'],
    ] as const) {
      await expect(start(options as never)).rejects.toThrow(message);
    }
    expect(() => HonkerModule.forRoot({ database: 'x', name: 'a/b' })).toThrow('slash');
  });
});

describe('what is injected', () => {
  it('is the database, and the queues and streams that are registered', async () => {
    @Injectable()
    class Service {
      constructor(
        @InjectHonker() readonly db: Database,
        @InjectQueue('emails') readonly emails: Queue<{ to: string }>,
        @InjectStream('orders') readonly orders: Stream<{ id: number }>,
      ) {}
    }

    const test = await start({
      imports: [HonkerModule.registerStream({ topic: 'orders' })],
      queues: ['emails'],
      providers: [Service],
    });
    const { db, emails, orders } = test.app.get(Service);
    expect(db).toBe(test.db);
    expect(emails.name).toBe('emails');
    expect(orders.topic).toBe('orders');
    expect(test.app.get(getStreamToken('orders'))).toBe(orders);
  });

  it('has the options of its registration', async () => {
    const test = await start({
      imports: [HonkerModule.registerQueue({ name: 'q', maxAttempts: 7, visibilityTimeoutS: 9 })],
    });
    expect(test.queue('q')).toMatchObject({ maxAttempts: 7, visibilityTimeoutS: 9 });
  });

  it('is of the database that is named', async () => {
    const path = temporaryPath();

    @Processor('events', { databaseName: 'audit' })
    class Events extends WorkerHost {
      constructor(
        @InjectHonker('audit') readonly db: Database,
        @InjectQueue('events', 'audit') readonly events: Queue,
        @InjectQueue('events') readonly others: Queue,
      ) {
        super();
      }

      process() {}
    }

    const test = await start({
      imports: [
        HonkerModule.forRoot({ name: 'audit', database: path }),
        HonkerModule.registerQueue({ name: 'events', databaseName: 'audit' }),
      ],
      queues: ['events'],
      providers: [Events],
    });
    const { db, events, others } = test.app.get(Events);
    expect(test.app.get(getQueueToken('events', 'audit'))).toBe(events);
    expect(db.path).toBe(path);
    const commits = db.updateEvents();
    const id = events.enqueue(1);
    others.enqueue(2);
    while (events.getJob(id)) await commits.next();
    await commits.return();
    expect(test.live()).toHaveLength(1);
  });
});

describe('the role', () => {
  it('of a worker or of both starts workers; that of a producer starts none', async () => {
    @Processor('q')
    class Handles extends WorkerHost {
      process() {}
    }

    const parts = { queues: ['q'], providers: [Handles] };
    const producer = await start({ ...parts, role: 'producer' });
    producer.queue('q').enqueue(1);
    expect(producer.live()).toHaveLength(1);
    const worker = await start({ ...parts, role: 'worker', database: producer.path });
    await worker.until(() => worker.live().length === 0);
    expect(producer.live()).toEqual([]);
  });
});
