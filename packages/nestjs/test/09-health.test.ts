import { OnStream, Processor, WorkerHost } from '@honker/nestjs';
import { HonkerHealthIndicator } from '@honker/nestjs/terminus';
import { Injectable } from '@nestjs/common';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../core/test/gate.js';
import { start, type TestApplication } from './application.js';

@Processor('q')
class Jobs extends WorkerHost {
  process() {}
}

@Injectable()
class Reader {
  @OnStream('orders', { consumer: 'reader' })
  onOrder() {}
}

const PARTS = {
  queues: ['q'],
  imports: [TerminusModule],
  providers: [Jobs, HonkerHealthIndicator],
};

/** What a health endpoint would answer. */
async function check(test: TestApplication, options = {}): Promise<unknown> {
  const health = await test.app.resolve(HealthCheckService);
  const honker = test.app.get(HonkerHealthIndicator);
  try {
    return (await health.check([() => honker.isHealthy('honker', options)])).details;
  } catch (error) {
    return (error as { getResponse(): { details: unknown } }).getResponse().details;
  }
}

describe('the health indicator', () => {
  it('is up while the database answers, and names the workers', async () => {
    const test = await start(PARTS);
    expect(await check(test)).toEqual({ honker: { status: 'up', workers: ['q'] } });
    expect(await check(test, { maxWaitS: 0 })).toMatchObject({ honker: { status: 'up' } });
  });

  it('is down when a job has waited for too long', async () => {
    const test = await start({ ...PARTS, role: 'producer' });
    test.queue('q').enqueue(1);
    test.run('UPDATE _honker_live SET run_at = unixepoch() - 100');
    expect(await check(test)).toEqual({ honker: { status: 'up', workers: [] } });
    expect(await check(test, { maxWaitS: 1000 })).toMatchObject({ honker: { status: 'up' } });
    expect(await check(test, { maxWaitS: 60 })).toEqual({
      honker: {
        status: 'down',
        message: expect.stringMatching(/^a job of the queue 'q' has been ready for 10\d s$/),
      },
    });
  });

  it('is down when something has ended that should run, or the database is closed', async () => {
    const test = await start({ ...PARTS, providers: [...PARTS.providers, Reader] });
    const replaced = new Gate();
    test.logs.onLine = () => {
      if (test.logs.of('error').some((line) => line.startsWith('@OnStream'))) replaced.open();
    };
    const { rmSync } = await import('node:fs');
    await test.until(() => test.rows('SELECT 1 FROM _honker_locks').length > 1);
    rmSync(test.path);
    await replaced.opened;
    expect(await check(test)).toEqual({
      honker: { status: 'down', message: expect.stringContaining(`@OnStream('orders'): `) },
    });
    test.db.close();
    expect(await check(test)).toEqual({
      honker: { status: 'down', message: 'the database is closed' },
    });
  });
});
