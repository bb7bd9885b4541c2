import { Cron, HonkerModule, Processor, WorkerHost } from '@honker/nestjs';
import { describe, expect, inject, it } from 'vitest';
import { Program } from '../../core/test/program.js';
import { TestDatabase, temporaryPath } from '../../core/test/temporary-database.js';
import { startError } from './application.js';

const folder = inject('nest') === 'nest-12' ? 'nest-12/node_modules/programs' : 'programs';

interface Message {
  pid?: number;
  began?: number;
  hook?: string;
  isOpen?: boolean;
}

/** An application in a process of its own, and what it tells. */
class ApplicationProcess {
  readonly #program: Program;
  readonly told: Message[] = [];

  constructor(path: string, ending: string, drainTimeoutMs = 30_000) {
    const file = `../../../nestjs/test/${folder}/application.mjs`;
    this.#program = new Program(file, [path, ending, drainTimeoutMs]);
  }

  async until(condition: (told: Message[]) => boolean): Promise<void> {
    while (!condition(this.told)) this.told.push(await this.#program.message<Message>());
  }

  began(): number[] {
    return this.told.flatMap(({ began }) => (began === undefined ? [] : [began]));
  }

  go(): void {
    this.#program.send('go');
  }

  async terminate(): Promise<void> {
    await this.until((told) => told.some(({ pid }) => pid !== undefined));
    for (const { pid } of this.told) if (pid !== undefined) process.kill(pid, 'SIGTERM');
  }

  ended() {
    return this.#program.ended;
  }
}

function database(): TestDatabase {
  const test = new TestDatabase();
  test.raw.exec('CREATE TABLE done (id INTEGER)');
  return test;
}

function done(test: TestDatabase): number[] {
  return test.raw.prepare('SELECT id FROM done ORDER BY id').pluck().all() as number[];
}

const hasBegun = (count: number) => (told: Message[]) =>
  told.filter(({ began }) => began !== undefined).length === count;
const hasCome = (hook: string) => (told: Message[]) => told.some((each) => each.hook === hook);

describe('on SIGTERM while jobs run', () => {
  it.each([
    ['close', { code: 0, signal: null }], // it ends by itself: no handle is left
    ['hooks and exit', { code: 0, signal: null }],
    ['hooks', { code: null, signal: 'SIGTERM' }], // Nest sends the signal again
  ])('the running ones end, and no other begins (%s)', async (ending, end) => {
    const test = database();
    const ids = test.db.queue('q').enqueueMany(Array.from({ length: 20 }, (_, n) => n));
    const application = new ApplicationProcess(test.path, ending);
    await application.until(hasBegun(4));
    await application.terminate();
    await application.until(hasCome('beforeApplicationShutdown'));
    application.go();
    expect(await application.ended()).toMatchObject({ ...end, stderr: '' });
    expect(done(test)).toEqual(ids.slice(0, 4));
    expect(test.live()).toEqual(ids.slice(4).map((id) => ({ id, state: 'pending', attempts: 0 })));
    await application.until(hasCome('onApplicationShutdown'));
    expect(application.told.filter(({ hook }) => hook)).toEqual([
      { hook: 'onModuleDestroy' },
      { hook: 'beforeApplicationShutdown' },
      { hook: 'onApplicationShutdown', isOpen: true },
    ]);
  });

  it('every job is done once, whichever of two processes ends in the middle', async () => {
    const test = database();
    const ids = test.db.queue('q').enqueueMany(Array.from({ length: 300 }, (_, n) => n));
    const applications = [1, 2, 3].map(() => new ApplicationProcess(test.path, 'close'));
    for (const each of applications) await each.until(hasBegun(4));
    const [first, second, third] = applications;
    first?.go();
    second?.go();
    await test.until(() => done(test).length > 50);
    await first?.terminate();
    expect(await first?.ended()).toMatchObject({ code: 0, stderr: '' });
    third?.go();
    await test.until(() => done(test).length === 300);
    await second?.terminate();
    await third?.terminate();
    for (const each of [second, third]) {
      expect(await each?.ended()).toMatchObject({ code: 0, stderr: '' });
    }
    expect(done(test)).toEqual(ids);
    expect(test.count('_honker_live')).toBe(0);
  });

  it('jobs that do not end in time are given back, their attempt not counted', async () => {
    const test = database();
    const id = test.db.queue('q').enqueue('never ends');
    const application = new ApplicationProcess(test.path, 'close', 50);
    await application.until(hasBegun(1));
    await application.terminate();
    expect(await application.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(test.live()).toEqual([{ id, state: 'pending', attempts: 0 }]);
  });
});

it('an application that fails to start leaves nothing running and nothing open', async () => {
  const path = temporaryPath();

  @Processor('q')
  class Jobs extends WorkerHost {
    process() {}

    @Cron('61 * * * *', { databaseName: 'audit' })
    never() {}
  }

  const error = await startError({
    database: path,
    queues: ['q'],
    providers: [Jobs],
    imports: [HonkerModule.forRoot({ name: 'audit', database: temporaryPath() })],
  });
  expect(error.message).toContain(`Jobs.never: @Cron('61 * * * *')`);
  const test = new TestDatabase(path);
  const id = test.db.queue('q').enqueue(1);
  expect(test.live()).toEqual([{ id, state: 'pending', attempts: 0 }]);
});
