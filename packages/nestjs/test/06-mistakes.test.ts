import { open } from '@honker/core';
import {
  Cron,
  Every,
  getQueueToken,
  HonkerModule,
  HonkerModuleError,
  InjectQueue,
  named,
  OnNotification,
  OnStream,
  OnWorkerEvent,
  Payload,
  Process,
  Processor,
  WorkerHost,
} from '@honker/nestjs';
import { Injectable, Module, Scope } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { temporaryPath } from '../../core/test/temporary-database.js';
import { startError } from './application.js';

@Processor('q')
class Handles extends WorkerHost {
  process() {}
}

describe('an application does not start', () => {
  it.each([
    [
      'for a queue that is not registered',
      { providers: [Handles] },
      `Handles: @Processor('q') names a queue that is not registered: import HonkerModule.registerQueue({ name: 'q' })`,
    ],
    [
      'for two processors of a queue without names',
      () => {
        @Processor('q')
        class Other extends WorkerHost {
          process() {}
        }
        return { queues: ['q'], providers: [Handles, Other] };
      },
      `Other: @Processor('q') handles every job of a queue that Handles handles already`,
    ],
    [
      'for a processor that two modules provide',
      () => {
        @Module({ providers: [Handles] })
        class Twice {}
        return { queues: ['q'], providers: [Handles], imports: [Twice] };
      },
      'is it provided by two modules?',
    ],
    [
      'for a processor without process()',
      () => {
        @Processor('q')
        class Nothing {}
        return { queues: ['q'], providers: [Nothing] };
      },
      `Nothing: @Processor('q') has nothing to call: extend WorkerHost and write process(job, signal)`,
    ],
    [
      'for two methods with the same name',
      () => {
        @Processor('q')
        class Named {
          @Process('a')
          one() {}
          @Process('a')
          two() {}
        }
        return { queues: ['q'], providers: [Named] };
      },
      `Named.two: @Process('a') takes the jobs of the queue 'q' that Named.one takes already`,
    ],
    [
      'for processors of a queue that want different workers',
      () => {
        @Processor('q', { concurrency: 2 })
        class One {
          @Process('a')
          one() {}
        }
        @Processor('q', { concurrency: 3 })
        class Two {
          @Process('b')
          two() {}
        }
        return { queues: ['q'], providers: [One, Two] };
      },
      `Two: @Processor('q') shares its worker with One, which has another concurrency: give it in one place`,
    ],
    [
      'for @Process and @OnWorkerEvent without a @Processor',
      () => {
        @Injectable()
        class Lost {
          @Process('a')
          one() {}
          @OnWorkerEvent('failed')
          two() {}
        }
        return { providers: [Lost] };
      },
      /Lost\.one: @Process\('a'\) needs a queue.*\nLost\.two: @OnWorkerEvent\('failed'\) needs a queue/,
    ],
    [
      'for a worker event of a class that is made for each job',
      () => {
        @Processor('q', { scope: Scope.REQUEST })
        class Scoped extends WorkerHost {
          process() {}
          @OnWorkerEvent('failed')
          onFailed() {}
        }
        return { queues: ['q'], providers: [Scoped] };
      },
      `Scoped.onFailed: @OnWorkerEvent('failed') has no instance to be called on`,
    ],
    [
      'for a bad schedule',
      () => {
        @Injectable()
        class Reports {
          @Cron('61 * * * *')
          nightly() {}
        }
        return { providers: [Reports] };
      },
      /^Reports\.nightly: @Cron\('61 \* \* \* \*'\): .*61/,
    ],
    [
      'for two schedules of the same name',
      () => {
        @Injectable()
        class Reports {
          @Cron('@daily', { name: 'a' })
          one() {}
          @Every('1h', { name: 'a' })
          two() {}
        }
        return { providers: [Reports] };
      },
      `Reports.two: @Every('1h') and Reports.one have the same name`,
    ],
    [
      'for two readers with the same name',
      () => {
        @Injectable()
        class Readers {
          @OnStream('orders', { consumer: 'a' })
          one() {}
          @OnStream('orders', { consumer: 'a' })
          two() {}
        }
        return { providers: [Readers] };
      },
      `Readers.two: @OnStream('orders') and Readers.one have the same topic and consumer`,
    ],
    [
      'for a database that nobody opens',
      () => {
        @Processor('q', { databaseName: 'audit' })
        class Audit extends WorkerHost {
          process() {}
          @OnNotification('c', { databaseName: 'other' })
          onIt() {}
        }
        return { providers: [Audit] };
      },
      /@OnNotification\('c'\) is in the database 'other'.*\nAudit: @Processor\('q'\) is in the database 'audit', which no HonkerModule\.forRoot/,
    ],
    [
      'for a database that is opened twice',
      () => ({ imports: [HonkerModule.forRoot({ database: temporaryPath() })] }),
      `HonkerModule.forRoot() was called 2 times for the database 'default'`,
    ],
    [
      'for a queue that is registered with different options',
      () => ({
        queues: ['q'],
        imports: [HonkerModule.registerQueue({ name: 'q', maxAttempts: 9 })],
        providers: [Handles],
      }),
      `Handles: @Processor('q'): registerQueue() was called for this queue with different options`,
    ],
    [
      'for a worker that has nothing to do',
      { role: 'worker' as const, queues: ['q'] },
      `the role is 'worker', and no provider has a @Processor`,
    ],
    [
      'for a queue that is injected and was not registered',
      () => {
        @Injectable()
        class Service {
          constructor(@InjectQueue('emails') readonly emails: unknown) {}
        }
        // Nest itself refuses it, and tells nobody, so the module can't close what it has opened.
        const database = open(temporaryPath());
        atEnd(() => database.close());
        return { database, providers: [Service] };
      },
      getQueueToken('emails'),
    ],
  ])('%s', async (_, parts, message) => {
    const error = await startError(typeof parts === 'function' ? parts() : parts);
    if (typeof message === 'string') expect(error.message).toContain(message);
    else expect(error.message).toMatch(message);
  });

  it('and all mistakes are told at once, by an error with a code', async () => {
    @Processor('other')
    class Nothing {}
    const error = await startError({ providers: [Handles, Nothing] });
    expect(error).toBeInstanceOf(HonkerModuleError);
    expect(error).toMatchObject({ code: 'HONKER_MODULE' });
    expect((error as HonkerModuleError).problems).toHaveLength(3);
  });
});

describe('a decorator is refused', () => {
  const anything = (value: unknown) => value as never;

  it.each([
    ['milliseconds', () => Every(anything(5000)), `not 5000 milliseconds: write @Every('5s')`],
    [
      'a part of a second',
      () => Every(anything(500)),
      'the shortest is one second; use setInterval()',
    ],
    ['an interval without a unit', () => Every('5'), `like '5s', not the string 5`],
    ['an unknown unit', () => Every('5 minutes'), `a whole number with a unit (s, m, h or d)`],
    ['nothing', () => Every(anything(undefined)), 'not undefined'],
    [
      'a date',
      () => Cron(anything(new Date())),
      'for one moment, enqueue a job with the option runAt',
    ],
    [
      'an empty expression',
      () => Cron(''),
      '@Cron() takes an expression as a text, not an empty one',
    ],
    [
      'an option of another library',
      () => Cron('@daily', anything({ timeZone: 'Europe/Paris' })),
      `@Cron('@daily') has no option timeZone; it has name, databaseName, maxAttempts, expiresS`,
    ],
    ['a queue without a name', () => Processor(anything({ name: 'q' })), 'not an object'],
    [
      'an unknown option of a worker',
      () => Processor('q', anything({ limiter: {} })),
      'no option limiter',
    ],
    ['a job without a name', () => Process(anything(undefined)), 'write process() instead'],
    [
      'an event that there isn’t',
      () => OnWorkerEvent(anything('stalled')),
      'completed, failed, dead, lost, error',
    ],
    [
      'a consumer without a name',
      () => OnStream('orders', anything(undefined)),
      `@OnStream('orders') takes consumer`,
    ],
    ['a channel without a name', () => OnNotification(anything(1)), 'not the number 1'],
    [
      'a static method',
      () => Cron('@daily')(class Reports {}, 'nightly', {}),
      `@Cron('@daily') decorates methods of an instance`,
    ],
    [
      'a parameter of a constructor',
      () => Payload()({}, undefined, 0),
      'parameters of methods only',
    ],
  ])('for %s', (_, decorate, message) => {
    expect(decorate).toThrow(message);
    expect(decorate).toThrow(TypeError);
  });

  it('but nothing is wrong with subclasses, which inherit and replace', async () => {
    class Base {
      @Cron('@daily')
      nightly() {}
      @Cron('@weekly')
      weekly() {}
    }
    @Injectable()
    class Reports extends Base {
      @Cron('@monthly')
      override nightly() {}
    }
    const { start } = await import('./application.js');
    const test = await start({ providers: [Reports] });
    expect(test.db.scheduler().list()).toEqual([
      expect.objectContaining({ name: 'nest:app:Reports.nightly', schedule: '@monthly' }),
      expect.objectContaining({ name: 'nest:app:Reports.weekly', schedule: '@weekly' }),
    ]);
  });
});

it('a name is read from its envelope only', async () => {
  const { start } = await import('./application.js');
  const seen: unknown[] = [];

  @Processor('q')
  class Any extends WorkerHost {
    process({ payload }: { payload: unknown }) {
      seen.push(payload);
    }
    @Process('a')
    named() {
      seen.push('named');
    }
  }

  const test = await start({ queues: ['q'], providers: [Any] });
  const wrong = [
    null,
    'a',
    { __honker_task__: null },
    { __honker_task__: { task: 1 } },
    { __honker_task__: { task: 'a', args: {} } },
    { __honker_task__: { task: 'a', kwargs: null } },
  ];
  test.queue('q').enqueueMany([...wrong, named('a', 1), { __honker_task__: { task: 'a' } }]);
  await test.until(() => test.live().length === 0);
  expect(seen).toEqual([...wrong, 'named', 'named']);
});
