import { getEventListeners } from 'node:events';
import { FailError, type Notification, RetryError, type StreamEvent } from '@honker/core';
import { OnNotification, OnStream } from '@honker/nestjs';
import { Controller, Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { Countdown, Gate } from '../../core/test/gate.js';
import { start } from './application.js';

describe('a method with @OnStream', () => {
  it('gets the events of the stream in order, those from before its time too', async () => {
    const seen: unknown[] = [];
    const listeners: number[] = [];
    const all = new Countdown(3);

    @Injectable()
    class Reader {
      @OnStream('orders', { consumer: 'reader' })
      onOrder({ offset, payload }: StreamEvent<string>, signal: AbortSignal) {
        seen.push([offset, payload, signal.aborted]);
        listeners.push(getEventListeners(signal, 'abort').length);
        all.tick();
      }
    }

    const first = await start({});
    first.db.stream('orders').publishMany(['a', 'b']);
    const test = await start({ database: first.path, providers: [Reader] });
    test.db.stream('orders').publish('c');
    await all.reached;
    await test.close();
    expect(seen).toEqual([
      [1, 'a', false],
      [2, 'b', false],
      [3, 'c', false],
    ]);
    expect(new Set(listeners).size).toBe(1); // it listens to the signal anew for each, and no longer
    expect(first.db.stream('orders').getOffset('reader')).toBe(3);
  });

  it('gets an event again until it succeeds or gives up; the ones behind it wait', async () => {
    const seen: unknown[] = [];
    const last = new Gate();

    @Injectable()
    class Reader {
      @OnStream('orders', { consumer: 'reader' })
      onOrder({ payload }: StreamEvent<string>) {
        seen.push(payload);
        if (payload === 'again' && seen.length === 1) throw new RetryError('busy', { delayS: 0 });
        if (payload === 'never') throw new FailError('no such order');
        if (payload === 'last') last.open();
      }
    }

    const test = await start({ providers: [Reader] });
    test.db.stream('orders').publishMany(['again', 'never', 'last']);
    await last.opened;
    expect(seen).toEqual(['again', 'again', 'never', 'last']);
    expect(test.logs.of('warn')).toEqual([
      `Reader.onOrder, of the stream 'orders': event 1 failed, again in 0 s: RetryError: busy`,
    ]);
    expect(test.logs.of('error')).toEqual([
      `Reader.onOrder, of the stream 'orders': passed over event 2: FailError: no such order`,
    ]);
  });

  it('runs in one process at a time, and in another one when that ends', async () => {
    const seen: unknown[] = [];
    let gate = new Gate();
    const reader = (name: string) => {
      @Injectable()
      class Reader {
        @OnStream('orders', { consumer: 'reader' })
        onOrder({ payload }: StreamEvent<number>) {
          seen.push([name, payload]);
          gate.open();
        }
      }
      return Reader;
    };
    const one = await start({ providers: [reader('one')] });
    await one.until(
      () => one.rows("SELECT 1 FROM _honker_locks WHERE name LIKE 'nest:%'").length > 0,
    );
    const two = await start({ database: one.path, providers: [reader('two')] });
    one.db.stream('orders').publish(1);
    await gate.opened;
    gate = new Gate();
    await one.close();
    two.db.stream('orders').publish(2);
    await gate.opened;
    expect(seen).toEqual([
      ['one', 1],
      ['two', 2],
    ]);
  });

  it('goes on when its lock was taken away, and came back', async () => {
    const seen: unknown[] = [];
    let signalled: AbortSignal | undefined;
    let gate = new Gate();
    const lost = new Gate();

    @Injectable()
    class Reader {
      @OnStream('orders', { consumer: 'reader' })
      async onOrder({ payload }: StreamEvent<string>, signal: AbortSignal) {
        seen.push(payload);
        gate.open();
        if (seen.length > 1) return;
        signalled = signal;
        await lost.opened;
        signal.throwIfAborted();
      }
    }

    const test = await start({ providers: [Reader] });
    test.db.stream('orders').publish('a');
    await gate.opened;
    gate = new Gate();
    // As if this process had slept for longer than the lock lasts.
    test.run(
      `UPDATE _honker_locks SET owner = 'thief', expires_at = unixepoch() WHERE name LIKE 'nest:%'`,
    );
    await new Promise((resolve) => signalled?.addEventListener('abort', resolve));
    lost.open();
    await gate.opened;
    expect(seen).toEqual(['a', 'a']);
    expect(signalled?.reason).toMatchObject({ code: 'HONKER_LOCK_LOST' });
  }, 30_000);

  it('does not run in a producer', async () => {
    @Injectable()
    class Reader {
      @OnStream('orders', { consumer: 'reader' })
      onOrder() {}
    }

    const test = await start({ providers: [Reader], role: 'producer' });
    expect(test.rows('SELECT name FROM _honker_locks')).toEqual([]);
  });
});

describe('a method with @OnNotification', () => {
  it('hears what is said on its channel, in every process and role', async () => {
    const heard: unknown[] = [];
    const all = new Countdown(4);
    const listener = (name: string) => {
      @Controller()
      class Listener {
        @OnNotification('prices')
        onPrice({ payload }: Notification<number>) {
          heard.push([name, payload]);
          all.tick();
          if (payload === 1) throw new Error('cannot be that cheap');
        }
      }
      return Listener;
    };
    const worker = await start({ controllers: [listener('worker')] });
    const producer = await start({
      database: worker.path,
      controllers: [listener('producer')],
      role: 'producer',
    });
    producer.db.notify('prices', 1);
    producer.db.notify('others', 0);
    worker.db.notify('prices', 2);
    await all.reached;
    expect(new Set(heard)).toEqual(
      new Set([
        ['worker', 1],
        ['worker', 2],
        ['producer', 1],
        ['producer', 2],
      ]),
    );
    const text = `Listener.onPrice, of the channel 'prices', failed: Error: cannot be that cheap`;
    expect(producer.logs.of('error')).toEqual([text, text]); // Nest has one logger for all applications
  });

  it('is made for each notification in a request scope', async () => {
    const heard = new Gate<unknown>();

    @Injectable({ scope: Scope.REQUEST })
    class Listener {
      constructor(@Inject(REQUEST) readonly request: Notification<number>) {}

      @OnNotification('prices')
      onPrice(notification: Notification<number>) {
        heard.open(this.request === notification);
      }
    }

    const test = await start({ providers: [Listener] });
    test.db.notify('prices', 1);
    expect(await heard.opened).toBe(true);
  });
});

describe('what runs in the background', () => {
  it('ends, and says so, when the database file was replaced', async () => {
    @Injectable()
    class Reader {
      @OnStream('orders', { consumer: 'reader' })
      onOrder() {}
    }

    const test = await start({ providers: [Reader] });
    await test.until(() => test.rows('SELECT 1 FROM _honker_locks').length > 1);
    const replaced = new Gate();
    test.logs.onLine = () => {
      if (test.logs.of('error').length >= 2) replaced.open();
    };
    const { rmSync } = await import('node:fs');
    rmSync(test.path);
    await replaced.opened;
    expect(test.logs.of('error').join()).toContain('was deleted or replaced');
  });
});
