import {
  FailError,
  type Job,
  type Queue,
  RetryError,
  type Worker,
  type WorkerEvents,
} from '@honker/core';
import {
  InjectQueue,
  type NamedJob,
  named,
  OnWorkerEvent,
  Process,
  Processor,
  WorkerHost,
} from '@honker/nestjs';
import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import nestPackage from '@nestjs/core/package.json' with { type: 'json' };
import { describe, expect, inject, it } from 'vitest';
import { Countdown, Gate } from '../../core/test/gate.js';
import { start } from './application.js';

interface Email {
  to: string;
}

it('runs with the Nest that the project is about', () => {
  expect(`nest-${nestPackage.version.split('.')[0]}`).toBe(inject('nest'));
});

describe('a processor', () => {
  it('handles the jobs of its queue, with what is injected into it', async () => {
    const handled = new Countdown(2);
    const seen: unknown[] = [];

    @Injectable()
    class Mailer {
      send(to: string) {
        seen.push(to);
      }
    }

    @Processor('emails', { concurrency: 2 })
    class EmailProcessor extends WorkerHost<Email> {
      constructor(private readonly mailer: Mailer) {
        super();
      }

      async process(job: Job<Email>, signal: AbortSignal) {
        expect(signal).toBeInstanceOf(AbortSignal);
        this.mailer.send(job.payload.to);
      }

      @OnWorkerEvent('completed')
      onCompleted(job: Job<Email>) {
        seen.push(job.id);
        handled.tick();
      }
    }

    @Injectable()
    class Signup {
      constructor(@InjectQueue('emails') readonly emails: Queue<Email>) {}
    }

    const test = await start({ queues: ['emails'], providers: [EmailProcessor, Mailer, Signup] });
    const { emails } = test.app.get(Signup);
    const ids = [emails.enqueue({ to: 'a@example.com' }), emails.enqueue({ to: 'b@example.com' })];
    await handled.reached;
    expect(new Set(seen)).toEqual(new Set(['a@example.com', 'b@example.com', ...ids]));
    expect(test.live()).toEqual([]);
  });

  it('runs as many jobs at a time as it says', async () => {
    const running = new Countdown(3);
    const end = new Gate();

    @Processor('images', { concurrency: 3 })
    class Images extends WorkerHost {
      async process() {
        running.tick();
        await end.opened;
      }
    }

    const test = await start({ queues: ['images'], providers: [Images] });
    test.queue('images').enqueueMany([1, 2, 3, 4]);
    await running.reached;
    const { worker } = test.app.get(Images);
    expect(worker.running).toBe(3);
    worker.pause();
    end.open();
    await test.until(() => test.live().length === 1);
    expect(test.live()).toEqual([{ queue: 'images', state: 'pending', attempts: 0 }]);
    worker.resume();
    await test.until(() => test.live().length === 0);
  });

  it('has its worker only where one runs', async () => {
    @Processor('images')
    class Images extends WorkerHost {
      process() {}
    }

    const test = await start({ queues: ['images'], providers: [Images], role: 'producer' });
    test.queue('images').enqueue(1);
    expect(() => test.app.get(Images).worker).toThrow('Images has no worker here');
    expect(test.live()).toEqual([{ queue: 'images', state: 'pending', attempts: 0 }]);
  });

  it('tells what its worker tells, and Nest’s logger what failed', async () => {
    const told = new Gate<[number, unknown]>();
    const failed: unknown[] = [];

    @Processor('emails', { backoff: () => 7 })
    class Emails extends WorkerHost<Email> {
      process({ payload, attempts }: Job<Email>) {
        if (payload.to === 'later') throw new RetryError('busy', { delayS: 0 });
        throw attempts === 1 && payload.to === 'never'
          ? new FailError('no address', { cause: new Error('typo') })
          : 'text';
      }

      @OnWorkerEvent('failed')
      onFailed(...event: WorkerEvents<Email>['failed']) {
        failed.push([event[0].payload.to, event[2]]);
        throw new Error('the listener’s own');
      }

      @OnWorkerEvent('dead')
      onDead({ id }: { id: number }, error: unknown) {
        told.open([id, error]);
      }
    }

    const test = await start({ queues: ['emails'], providers: [Emails] });
    test.queue('emails').enqueue({ to: 'slow' });
    const id = test.queue('emails').enqueue({ to: 'never' });
    const [dead, error] = await told.opened;
    expect(dead).toBe(id);
    expect(error).toMatchObject({ code: 'HONKER_FAIL' });
    expect(failed).toEqual([['slow', 7]]);
    expect(test.logs.of('warn')).toEqual([
      `emails: job ${id - 1} failed at attempt 1, again in 7 s: text`,
    ]);
    expect(test.logs.of('error')).toEqual([
      `Emails.onFailed, for 'failed', failed`,
      `emails: job ${id} is dead after attempt 1: FailError: no address; caused by Error: typo`,
    ]);
  });
});

describe('methods with @Process', () => {
  it('take the jobs of their names, of several classes too; process() takes the others', async () => {
    const handled = new Countdown(4);
    const seen: unknown[] = [];
    const note = (...values: unknown[]) => {
      seen.push(values);
      handled.tick();
      return values.length;
    };

    @Processor('emails')
    class Named {
      @Process('welcome')
      welcome(job: NamedJob<Email>) {
        return note('welcome', job.name, job.payload.to, job.attempts, job.isSettled);
      }

      @Process('sum')
      sum({ args }: NamedJob) {
        note('sum', ...args);
        return (args[0] as number) + (args[1] as number);
      }
    }

    @Processor('emails', { concurrency: 4 })
    class Others extends WorkerHost {
      process(job: Job<unknown>) {
        note('other', job.payload);
      }
    }

    const test = await start({ queues: ['emails'], providers: [Named, Others] });
    const emails = test.queue('emails');
    emails.enqueue(named('welcome', { to: 'a' }));
    const sum = test.db.task('sum', (a: number, b: number) => a + b, { queue: 'emails' });
    const running = sum.enqueue(2, 3);
    emails.enqueue('plain');
    emails.enqueue(named('unknown', 1));
    await handled.reached;
    expect(await running.get()).toBe(5);
    expect(seen).toContainEqual(['welcome', 'welcome', 'a', 1, false]);
    expect(seen).toContainEqual(['other', 'plain']);
    expect(seen).toContainEqual(['other', named('unknown', 1)]);
    await test.until(() => test.live().length === 0);
  });

  it('get keyword arguments, which other languages have, after the others', async () => {
    const called = new Gate<unknown>();

    @Processor('q')
    class Named {
      @Process('sum')
      sum({ args }: NamedJob) {
        called.open(args);
      }
    }

    const test = await start({ queues: ['q'], providers: [Named] });
    test.queue('q').enqueue({ __honker_task__: { task: 'sum', args: [1], kwargs: { b: 2 } } });
    expect(await called.opened).toEqual([1, { b: 2 }]);
  });

  it('save no result of an attempt that took too long', async () => {
    const told = new Gate();
    const ended = new Gate();

    @Processor('q', { timeoutS: 1, backoff: () => 60 })
    class Named {
      @Process('slow')
      async slow(_: NamedJob, signal: AbortSignal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await told.opened;
        setImmediate(ended.open);
        return 'late';
      }

      @OnWorkerEvent('failed')
      onFailed() {
        told.open();
      }
    }

    const test = await start({ queues: ['q'], providers: [Named] });
    const id = test.queue('q').enqueue(named('slow', 1));
    await ended.opened;
    expect(test.db.getResult(id)).toBeUndefined();
  });

  it('leave no job of another name behind', async () => {
    @Processor('emails')
    class Named {
      @Process('welcome')
      welcome() {}
    }

    const test = await start({ queues: ['emails'], providers: [Named] });
    test.queue('emails').enqueue(named('farewell', 1));
    test.queue('emails').enqueue('plain');
    await test.until(() => test.dead().length === 2);
    expect(test.dead().map(({ last_error }) => last_error)).toEqual([
      `FailError: no @Process('farewell') of the queue 'emails' in this process: Named`,
      `FailError: the job has no name, and Named, of the queue 'emails', has no process() for those`,
    ]);
  });

  it('settle their job themselves, if they like; events give them the same', async () => {
    const completed = new Gate<NamedJob<number>>();

    @Processor('emails')
    class Named {
      @Process('once')
      once(job: NamedJob<number>) {
        if (job.payload === 1) job.fail('no');
        job.heartbeat(60);
      }

      @OnWorkerEvent('completed')
      onCompleted(job: NamedJob<number>) {
        completed.open(job);
      }
    }

    const test = await start({ queues: ['emails'], providers: [Named] });
    test.queue('emails').enqueueMany([named('once', 1), named('once', 2)]);
    expect(await completed.opened).toMatchObject({ name: 'once', payload: 2, queue: 'emails' });
    expect(test.dead()).toEqual([{ queue: 'emails', last_error: 'no' }]);
  });
});

describe('a request-scoped processor', () => {
  it('is made for each job, which it gets as REQUEST, with what it depends on', async () => {
    const handled = new Countdown(2);
    const seen: unknown[] = [];
    let made = 0;

    @Injectable({ scope: Scope.REQUEST })
    class Tenant {
      constructor(@Inject(REQUEST) readonly job: Job<Email>) {}
    }

    @Processor('emails', { scope: Scope.REQUEST })
    class Emails extends WorkerHost<Email> {
      constructor(
        @Inject(REQUEST) private readonly request: Job<Email>,
        private readonly tenant: Tenant,
      ) {
        super();
        made++;
      }

      process(job: Job<Email>) {
        const worker: Worker<Email> = this.worker;
        seen.push([job.payload.to, this.request === job, this.tenant.job === job, worker.running]);
        handled.tick();
      }
    }

    const test = await start({ queues: ['emails'], providers: [Emails, Tenant] });
    test.queue('emails').enqueueMany([{ to: 'a' }, { to: 'b' }]);
    await handled.reached;
    expect(seen).toEqual([
      ['a', true, true, 1],
      ['b', true, true, 1],
    ]);
    expect(made).toBe(2);
  });
});
