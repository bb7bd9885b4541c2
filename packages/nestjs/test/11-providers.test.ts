import type { Job } from '@honker/core';
import { Processor, WorkerHost } from '@honker/nestjs';
import { type CanActivate, Inject, Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { Countdown } from '../../core/test/gate.js';
import { start } from './application.js';

describe('a processor', () => {
  it('is found under any token, by its class, a factory or a value', async () => {
    const seen: unknown[] = [];
    const handled = new Countdown(3);
    const processor = (queue: string) => {
      @Processor(queue)
      class Handles extends WorkerHost {
        process({ payload }: Job<unknown>) {
          seen.push([queue, payload]);
          handled.tick();
        }
      }
      return Handles;
    };
    const [A, B, C] = [processor('a'), processor('b'), processor('c')];
    const test = await start({
      queues: ['a', 'b', 'c'],
      providers: [
        { provide: 'class', useClass: A },
        { provide: 'alias', useExisting: 'class' },
        { provide: 'factory', useFactory: () => new B() },
        { provide: 'same', useFactory: (b: object) => b, inject: ['factory'] },
        { provide: 'value', useValue: new C() },
      ],
    });
    for (const queue of ['a', 'b', 'c']) test.queue(queue).enqueue(1);
    await handled.reached;
    expect(new Set(seen.map(String))).toEqual(new Set(['a,1', 'b,1', 'c,1']));
  });

  it('is the one of its own module, where its guards are, and not an alias elsewhere', async () => {
    const handled = new Countdown(1);
    const seen: string[] = [];

    @Injectable()
    class Guard implements CanActivate {
      readonly #name = 'guard';

      canActivate() {
        seen.push(this.#name);
        return true;
      }
    }

    @Processor('q')
    @UseGuards(Guard)
    class Handles extends WorkerHost {
      process() {
        seen.push('process');
        handled.tick();
      }
    }

    @Module({ providers: [Handles, Guard], exports: [Handles] })
    class HandlesModule {}

    const test = await start({
      queues: ['q'],
      imports: [HandlesModule],
      providers: [{ provide: 'alias', useExisting: Handles }],
    });
    test.queue('q').enqueue(1);
    await handled.reached;
    expect(seen).toEqual(['guard', 'process']);
  });

  it('of another scope is found once, though it has an alias', async () => {
    const made: unknown[] = [];
    const handled = new Countdown(2);

    @Processor('request', { scope: Scope.REQUEST })
    class PerRequest extends WorkerHost {
      constructor(@Inject(REQUEST) request: Job<unknown>) {
        super();
        made.push(request.payload);
      }

      process() {
        handled.tick();
      }
    }

    @Processor('transient', { scope: Scope.TRANSIENT })
    class Transient extends WorkerHost {
      readonly payloads: unknown[] = [];

      process({ payload }: Job<unknown>) {
        this.payloads.push(payload);
        made.push(this.payloads);
        handled.tick();
      }
    }

    const test = await start({
      queues: ['request', 'transient'],
      providers: [PerRequest, Transient, { provide: 'alias', useExisting: PerRequest }],
    });
    test.queue('request').enqueue(1);
    test.queue('transient').enqueue(2);
    await handled.reached;
    expect(new Set(made)).toEqual(new Set([1, [2]]));
  });

  it('is told apart from another class of the same name', async () => {
    const seen: unknown[] = [];
    const handled = new Countdown(2);
    const processor = (queue: string, decorate: ParameterDecorator) => {
      @Processor(queue)
      class Handles {
        process(value: unknown, signal: unknown) {
          seen.push([queue, value instanceof AbortSignal, signal instanceof AbortSignal]);
          handled.tick();
        }
      }
      decorate(Handles.prototype, 'process', 0);
      return Handles;
    };
    const { CurrentSignal } = await import('@honker/nestjs');
    const test = await start({
      queues: ['a', 'b'],
      providers: [processor('a', CurrentSignal()), processor('b', () => {})],
    });
    for (const queue of ['a', 'b']) test.queue(queue).enqueue(1);
    await handled.reached;
    expect(new Set(seen.map(String))).toEqual(new Set(['a,true,false', 'b,false,true']));
  });

  it('may depend on what is made for each request', async () => {
    const handled = new Countdown(1);
    const seen: unknown[] = [];

    @Injectable({ scope: Scope.REQUEST })
    class Tenant {
      constructor(@Inject(REQUEST) readonly request: Job<unknown>) {}
    }

    @Processor('q')
    class Handles extends WorkerHost {
      constructor(private readonly tenant: Tenant) {
        super();
      }

      process(job: Job<unknown>) {
        seen.push(this.tenant.request === job);
        handled.tick();
      }
    }

    const test = await start({ queues: ['q'], providers: [Handles, Tenant] });
    test.queue('q').enqueue(1);
    await handled.reached;
    expect(seen).toEqual([true]);
  });
});
