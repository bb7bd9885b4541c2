import type { Job } from '@honker/core';
import { Cron, Every, getScheduleName } from '@honker/nestjs';
import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Countdown, Gate } from '../../core/test/gate.js';
import { start, type TestApplication } from './application.js';

/** Makes a schedule due, as the time would. */
function makeDue(test: TestApplication, name: string): void {
  test.run(
    `UPDATE _honker_scheduler_tasks SET next_fire_at = unixepoch() WHERE name = '${getScheduleName(name)}'`,
  );
}

function schedules(test: TestApplication): unknown[] {
  return test.rows('SELECT name, cron_expr FROM _honker_scheduler_tasks ORDER BY name');
}

@Injectable()
class Reports {
  readonly ran = new Gate<Job<unknown>>();

  @Cron('0 3 * * *', { name: 'nightly' })
  nightly(job: Job<unknown>, signal: AbortSignal) {
    expect(signal.aborted).toBe(false);
    this.ran.open(job);
  }

  @Every('2h', { maxAttempts: 1, expiresS: 60 })
  poll() {}
}

describe('@Cron and @Every', () => {
  it('declare schedules, which run the method', async () => {
    const test = await start({ providers: [Reports] });
    expect(test.db.scheduler().list()).toEqual([
      expect.objectContaining({
        name: 'nest:app:Reports.poll',
        queue: 'nest:app:Reports.poll',
        schedule: '@every 2h',
        maxAttempts: 1,
        expiresS: 60,
      }),
      expect.objectContaining({ name: 'nest:app:nightly', schedule: '0 3 * * *', maxAttempts: 3 }),
    ]);
    makeDue(test, 'nightly');
    expect(await test.app.get(Reports).ran.opened).toMatchObject({ queue: 'nest:app:nightly' });
    await test.until(() => test.live().length === 0);
  });

  it('run once for each boundary, whatever the number of processes', async () => {
    const seconds = new Set<number>();
    let runs = 0;
    const enough = new Countdown(3);

    @Injectable()
    class Ticker {
      @Every('1s')
      tick() {
        runs++;
        seconds.add(Math.floor(Date.now() / 1000));
        enough.tick();
      }
    }

    const one = await start({ providers: [Ticker] });
    await start({ providers: [Ticker], database: one.path });
    await start({ providers: [Ticker], database: one.path });
    await enough.reached;
    const [row] = one.rows('SELECT next_fire_at AS next FROM _honker_scheduler_tasks') as [
      { next: number },
    ];
    expect(runs).toBeLessThanOrEqual(3);
    expect(row.next).toBeGreaterThan(Math.max(...seconds));
  });

  it('are tried again when they throw', async () => {
    const attempts: number[] = [];
    const done = new Gate();

    @Injectable()
    class Flaky {
      @Every('1h')
      run({ attempts: attempt }: Job<unknown>) {
        attempts.push(attempt);
        if (attempt === 1) throw Object.assign(new Error('later'), { delayS: 0 });
        done.open();
      }
    }

    const test = await start({ providers: [Flaky] });
    makeDue(test, 'Flaky.run');
    await test.until(() => test.live().length === 1 && attempts.length === 1);
    test.run('UPDATE _honker_live SET run_at = 0');
    await done.opened;
    expect(attempts).toEqual([1, 2]);
  });

  it('leave a schedule alone that is as declared, paused or due soon', async () => {
    const first = await start({ providers: [Reports] });
    first.db.scheduler().pause(getScheduleName('nightly'));
    first.run(
      `UPDATE _honker_scheduler_tasks SET next_fire_at = 4102444800 WHERE name LIKE '%poll'`,
    );
    const before = first.db.scheduler().list();
    const second = await start({ providers: [Reports], database: first.path });
    expect(second.db.scheduler().list()).toEqual(before);
  });

  it('change what has changed, and remove what is gone; nobody else’s', async () => {
    @Injectable({})
    class Changed {
      @Cron('0 4 * * *', { name: 'nightly', maxAttempts: 5 })
      nightly() {}
    }

    const first = await start({ providers: [Reports] });
    first.db.scheduler().add({ name: 'theirs', queue: 'q', schedule: '@hourly' });
    first.db.scheduler().add({ name: 'nest:app:theirs', queue: 'q', schedule: '@hourly' });
    first.db.scheduler().pause(getScheduleName('nightly'));
    const other = await start({ providers: [Reports], database: first.path, application: 'other' });
    await start({ database: first.path, role: 'producer' });
    expect(schedules(first)).toHaveLength(6);
    const second = await start({ providers: [Changed], database: first.path });
    expect(second.logs.of('log')).toEqual([
      'removed the schedule nest:app:Reports.poll: no class of this application declares it',
    ]);
    expect(schedules(other)).toEqual([
      { name: 'nest:app:nightly', cron_expr: '0 4 * * *' },
      { name: 'nest:app:theirs', cron_expr: '@hourly' },
      { name: 'nest:other:Reports.poll', cron_expr: '@every 2h' },
      { name: 'nest:other:nightly', cron_expr: '0 3 * * *' },
      { name: 'theirs', cron_expr: '@hourly' },
    ]);
    expect(second.db.scheduler().list()[0]).toMatchObject({ enabled: false, maxAttempts: 5 });
  });

  it('declare nothing in a producer', async () => {
    const test = await start({ providers: [Reports], role: 'producer' });
    expect(schedules(test)).toEqual([]);
  });
});
