import 'reflect-metadata';
import type { Job, StreamEvent } from '@honker/core';
import {
  CurrentJob,
  CurrentSignal,
  OnStream,
  Payload,
  Processor,
  WorkerHost,
} from '@honker/nestjs';
import {
  type ArgumentMetadata,
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  createParamDecorator,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  ParseIntPipe,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { IsEmail } from 'class-validator';
import { map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../core/test/gate.js';
import { start } from './application.js';

class EmailDto {
  @IsEmail()
  to!: string;
}

@Injectable()
class Seen {
  readonly calls: unknown[] = [];
}

const SEEN = { queues: ['q'] };

describe('on a processor', () => {
  it('guards, interceptors, pipes and filters are called, with what is injected into them', async () => {
    const done = new Gate<unknown>();

    @Injectable()
    class Guard implements CanActivate {
      constructor(private readonly seen: Seen) {}

      canActivate(context: ExecutionContext) {
        const [job, signal] = context.getArgs();
        this.seen.calls.push(['guard', context.getType(), context.getClass().name, job.payload]);
        return signal instanceof AbortSignal;
      }
    }

    @Injectable()
    class Interceptor implements NestInterceptor {
      constructor(private readonly seen: Seen) {}

      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        this.seen.calls.push(['before', context.getHandler().name]);
        return next.handle().pipe(map((value) => this.seen.calls.push(['after', value])));
      }
    }

    @Injectable()
    class Double implements PipeTransform {
      constructor(private readonly seen: Seen) {}

      transform(value: number, { type }: ArgumentMetadata) {
        this.seen.calls.push(['pipe', type]);
        return value * 2;
      }
    }

    class Unlucky extends Error {}

    @Catch(Unlucky)
    class Filter implements ExceptionFilter {
      constructor(private readonly seen: Seen) {}

      catch(error: unknown) {
        this.seen.calls.push(['filter', error instanceof Unlucky]);
        done.open(this.seen.calls);
        return 'answered';
      }
    }

    @Processor('q')
    @UseGuards(Guard)
    @UseFilters(Filter)
    class Handles {
      constructor(private readonly seen: Seen) {}

      @UseInterceptors(Interceptor)
      async process(@Payload(Double) payload: number, @CurrentSignal() signal: AbortSignal) {
        this.seen.calls.push(['process', payload, signal instanceof AbortSignal]);
        if (payload === 26) throw new Unlucky();
        return 'result';
      }
    }

    const providers = [Handles, Seen, Guard, Interceptor, Double, Filter];
    const test = await start({ ...SEEN, providers });
    test.queue('q').enqueueMany([1, 13]);
    const one = (payload: number) => [
      ['guard', 'honker', 'Handles', payload],
      ['before', 'process'],
      ['pipe', 'body'],
      ['process', payload * 2, true],
    ];
    expect(await done.opened).toEqual([
      ...one(1),
      ['after', 'result'],
      ...one(13),
      ['filter', true],
    ]);
    // What a filter has answered is handled.
    await test.until(() => test.live().length === 0);
    expect(test.dead()).toEqual([]);
  });

  it('a filter of one method is called for that method', async () => {
    const done = new Gate<unknown>();

    @Catch()
    class Filter implements ExceptionFilter {
      async catch(error: Error) {
        done.open(error.message);
        return 'answered';
      }
    }

    @Processor('q')
    class Handles {
      @UseFilters(Filter)
      process() {
        throw new Error('of the method');
      }
    }

    const test = await start({ ...SEEN, providers: [Handles] });
    test.queue('q').enqueue(1);
    expect(await done.opened).toBe('of the method');
    await test.until(() => test.live().length === 0);
    expect(test.dead()).toEqual([]);
  });

  it('a guard that refuses fails the attempt', async () => {
    @Processor('q', { backoff: () => 60 })
    @UseGuards({ canActivate: () => false })
    class Handles extends WorkerHost {
      process() {}
    }

    const test = await start({ ...SEEN, providers: [Handles] });
    test.queue('q').enqueue(1);
    await test.until(() => test.logs.of('warn').length === 1);
    expect(test.logs.of('warn')[0]).toContain('ForbiddenException');
    expect(test.live()).toEqual([{ queue: 'q', state: 'pending', attempts: 1 }]);
  });

  it('a ValidationPipe checks the payload against the class of the parameter', async () => {
    const seen: unknown[] = [];

    @Processor('q')
    @UsePipes(new ValidationPipe({ transform: true }))
    class Handles {
      process(@CurrentJob() job: Job<EmailDto>, @Payload() email: EmailDto) {
        seen.push([email instanceof EmailDto, email.to, job.payload.to]);
      }
    }

    const test = await start({ ...SEEN, providers: [Handles] });
    test.queue('q').enqueueMany([{ to: 'nobody' }, { to: 'a@example.com' }]);
    await test.until(() => test.live().length === 0);
    expect(seen).toEqual([[true, 'a@example.com', 'a@example.com']]);
    expect(test.dead()).toEqual([
      {
        queue: 'q',
        last_error: expect.stringMatching(
          /^FailError: the payload was refused: to must be an email;/,
        ),
      },
    ]);
  });

  it('parameter decorators of the application work, too', async () => {
    const Attempt = createParamDecorator(
      (_data: unknown, context: ExecutionContext) =>
        context.getArgByIndex<Job<unknown>>(0).attempts,
    );
    const seen = new Gate<unknown>();

    @Processor('q')
    class Handles {
      process(@Payload(new ParseIntPipe()) payload: number, @Attempt() attempt: number) {
        seen.open([payload, attempt]);
      }
    }

    const test = await start({ ...SEEN, providers: [Handles] });
    test.queue('q').enqueue('41');
    expect(await seen.opened).toEqual([41, 1]);
  });
});

describe('of the application', () => {
  it('only global pipes apply: guards, interceptors and filters are for requests', async () => {
    const calls: string[] = [];
    const refuse = { canActivate: () => false };
    const intercept = {
      intercept(_context: unknown, next: CallHandler) {
        calls.push('interceptor');
        return next.handle();
      },
    };

    @Catch()
    class AnswerAll implements ExceptionFilter {
      catch() {
        calls.push('filter');
      }
    }

    @Catch()
    class LogAll implements ExceptionFilter {
      async catch() {
        calls.push('own filter');
      }
    }

    @Processor('q', { backoff: () => 60 })
    @UseFilters(LogAll)
    class Handles {
      process(@Payload() payload: number) {
        calls.push(String(payload));
        throw new Error('not handled');
      }
    }

    const test = await start({
      ...SEEN,
      providers: [
        Handles,
        { provide: APP_GUARD, useValue: refuse },
        { provide: APP_INTERCEPTOR, useValue: intercept },
        { provide: APP_FILTER, useClass: AnswerAll },
        { provide: APP_PIPE, useValue: { transform: (value: number) => value + 1 } },
      ],
    });
    test.queue('q').enqueue(1);
    await test.until(() => test.logs.of('warn').length === 1);
    expect(calls).toEqual(['2', 'own filter']);
    expect(test.live()).toEqual([{ queue: 'q', state: 'pending', attempts: 1 }]);
  });
});

describe('on other handlers', () => {
  it('they are called as well, and an event that a pipe refuses is passed over', async () => {
    const seen: unknown[] = [];
    const last = new Gate();

    @Injectable()
    class Reader {
      @OnStream('orders', { consumer: 'reader' })
      @UsePipes(new ValidationPipe())
      onOrder(@Payload() order: EmailDto, @CurrentJob() event: StreamEvent<EmailDto>) {
        seen.push([order.to, event.offset]);
        last.open();
      }
    }

    const test = await start({ providers: [Reader] });
    test.db.stream('orders').publishMany([{ to: 'nobody' }, { to: 'a@example.com' }]);
    await last.opened;
    expect(seen).toEqual([['a@example.com', 2]]);
    expect(test.logs.of('error')[0]).toContain(
      'passed over event 1: FailError: the payload was refused',
    );
  });
});

it('errors of Nest that say more than a text are told', async () => {
  @Processor('q')
  class Handles extends WorkerHost {
    process() {
      throw new BadRequestException();
    }
  }

  const test = await start({ ...SEEN, providers: [Handles] });
  test.queue('q').enqueue(1);
  await test.until(() => test.dead().length === 1);
  expect(test.dead()[0]?.last_error).toBe('FailError: the payload was refused: Bad Request');
});
