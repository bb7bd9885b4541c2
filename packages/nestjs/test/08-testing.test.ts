import { existsSync } from 'node:fs';
import { type Database, FailError, type Job, type Queue, RetryError } from '@honker/core';
import { assertEnqueued, testClock } from '@honker/core/testing';
import {
  getHonkerToken,
  getQueueToken,
  HonkerModule,
  InjectQueue,
  named,
  Process,
  Processor,
  WorkerHost,
} from '@honker/nestjs';
import { drain, HonkerTestingModule } from '@honker/nestjs/testing';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { Logs } from './logs.js';

interface Email {
  to: string;
}

@Processor('emails')
class Emails extends WorkerHost<Email> {
  readonly sent: string[] = [];

  constructor(@InjectQueue('receipts') private readonly receipts: Queue) {
    super();
  }

  process(job: Job<Email>) {
    const { to } = job.payload;
    if (to === 'too late') {
      job.ack();
      throw new Error('thrown after the ack');
    }
    if (to === 'nobody') throw new FailError('no address');
    if (to === 'later') throw new RetryError('busy', { delayS: 60 });
    this.sent.push(to);
    this.receipts.enqueue(named('receipt', to));
  }
}

@Processor('receipts')
class Receipts {
  readonly sent: string[] = [];

  @Process('receipt')
  receipt({ payload }: { payload: string }) {
    this.sent.push(payload);
  }
}

@Module({
  imports: [HonkerModule.registerQueue({ name: 'emails' }, { name: 'receipts' })],
  providers: [Emails, Receipts],
})
class EmailsModule {}

@Module({
  imports: [HonkerModule.forRoot({ database: '/nowhere/app.db', role: 'both' }), EmailsModule],
})
class AppModule {}

async function initialised(builder: ReturnType<typeof Test.createTestingModule>) {
  const module = await builder.setLogger(new Logs()).compile();
  await module.init();
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await module.close();
    isClosed = true;
  };
  atEnd(close);
  const db = module.get<Database>(getHonkerToken(), { strict: false });
  const emails = module.get<Queue<Email>>(getQueueToken('emails'), { strict: false });
  return { module, close, db, emails };
}

function isOfBothQueues(jobs: readonly Job<unknown>[]): boolean {
  return new Set(jobs.map(({ queue }) => queue)).size === 2;
}

describe('HonkerTestingModule', () => {
  it('has a database of its own, which goes with the application', async () => {
    const imports = [HonkerTestingModule.forRoot(), EmailsModule];
    const one = await initialised(Test.createTestingModule({ imports }));
    const { db, close } = await initialised(Test.createTestingModule({ imports }));
    expect(db.path).not.toBe(one.db.path);
    expect(existsSync(db.path)).toBe(true);
    await close();
    expect([db.isOpen, existsSync(db.path), existsSync(one.db.path)]).toEqual([false, false, true]);
  });

  it('runs nothing until drain(), which tells what became of the jobs', async () => {
    const imports = [HonkerTestingModule.forRoot(), EmailsModule];
    const { module, db, emails } = await initialised(Test.createTestingModule({ imports }));
    const [a, nobody, later] = emails.enqueueMany([{ to: 'a' }, { to: 'nobody' }, { to: 'later' }]);
    emails.enqueue({ to: 'tomorrow' }, { delay: 86_400 });
    assertEnqueued(emails, { to: 'a' });
    expect(emails.stats()).toMatchObject({ ready: 3, scheduled: 1 });
    expect(await drain(module)).toEqual({
      // Each queue has its worker, so either may be the first.
      completed: expect.toSatisfy(
        (jobs: Job<unknown>[]) =>
          jobs.length === 2 && jobs.some(({ id }) => id === a) && isOfBothQueues(jobs),
      ),
      failed: [
        { job: expect.objectContaining({ id: later }), error: expect.any(RetryError), delayS: 60 },
      ],
      dead: [{ job: expect.objectContaining({ id: nobody }), error: expect.any(FailError) }],
    });
    expect(module.get(Emails).sent).toEqual(['a']);
    expect(module.get(Receipts).sent).toEqual(['a']);
    emails.enqueue({ to: 'b' });
    expect((await drain(module)).completed).toHaveLength(2);
    expect(emails.stats()).toMatchObject({ ready: 0, scheduled: 2 });
    testClock(db).advance(86_400);
    const { completed, failed } = await drain(module);
    expect(completed).toHaveLength(2);
    expect(isOfBothQueues(completed)).toBe(true);
    expect(failed).toMatchObject([{ job: { id: later, attempts: 2 } }]);
    expect(module.get(Emails).sent).toEqual(['a', 'b', 'tomorrow']);
  });

  it('runs workers if asked; drain() then waits for them, and lets them go on', async () => {
    const imports = [HonkerTestingModule.forRoot({ role: 'both' }), EmailsModule];
    const { module, emails } = await initialised(Test.createTestingModule({ imports }));
    emails.enqueue({ to: 'a' });
    await drain(module);
    expect(module.get(Receipts).sent).toEqual(['a']);
    expect(module.get(Emails).worker.running).toBe(0);
    emails.enqueue({ to: 'b' });
    await drain(module);
    expect(module.get(Receipts).sent).toEqual(['a', 'b']);
  });

  it('takes the place of the database of a whole application', async () => {
    const builder = Test.createTestingModule({ imports: [AppModule] });
    const { module, close, db, emails } = await initialised(HonkerTestingModule.override(builder));
    emails.enqueue({ to: 'a' });
    expect((await drain(module)).completed).toHaveLength(2);
    await close();
    expect(existsSync(db.path)).toBe(false);
  });

  it('fails where a worker reports an error', async () => {
    const imports = [HonkerTestingModule.forRoot(), EmailsModule];
    const { module, emails } = await initialised(Test.createTestingModule({ imports }));
    emails.enqueue({ to: 'too late' });
    await expect(drain(module)).rejects.toThrow('thrown after the ack');
  });

  it('may have a name', async () => {
    const imports = [
      HonkerTestingModule.forRoot({ name: 'audit' }),
      HonkerTestingModule.forRoot(),
      EmailsModule,
    ];
    const { module } = await initialised(Test.createTestingModule({ imports }));
    expect(await drain(module, { name: 'audit' })).toEqual({ completed: [], failed: [], dead: [] });
  });
});
