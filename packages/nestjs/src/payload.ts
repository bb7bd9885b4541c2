import 'reflect-metadata';
import type { PipeTransform, Type } from '@nestjs/common';

/** Where Nest looks for the pipes of parameters, to make them injectable. */
export const PARAMETERS = '__routeArguments__';

/** Nest's numbers of parameters: a ValidationPipe checks a body, and leaves the others alone. */
const REQUEST = 0;
const SIGNAL = 1;
const BODY = 3;

/** @inline */
type Pipe = PipeTransform | Type<PipeTransform>;

/**
 * Gives a parameter of a handler the payload, through pipes: those named here, those of the class and the
 * method, and the application's global ones. With it, a ValidationPipe checks the payload against the
 * parameter's class. A payload that a pipe refuses with 400 or 422 goes to dead at once.
 *
 * @example
 * ```ts
 * async process(@Payload() email: EmailDto, @CurrentSignal() signal: AbortSignal) {}
 * ```
 */
export function Payload(...pipes: Pipe[]): ParameterDecorator {
  return parameter(BODY, pipes);
}

/**
 * Gives a parameter of a handler the job, the event or the notification, beside others with `@Payload()`.
 *
 * @example
 * ```ts
 * async process(@Payload() email: EmailDto, @CurrentJob() job: Job<EmailDto>) {}
 * ```
 */
export function CurrentJob(): ParameterDecorator {
  return parameter(REQUEST, []);
}

/**
 * Gives a parameter of a handler its `AbortSignal`, beside others with `@Payload()`.
 *
 * @example
 * ```ts
 * async process(@Payload() email: EmailDto, @CurrentSignal() signal: AbortSignal) {}
 * ```
 */
export function CurrentSignal(): ParameterDecorator {
  return parameter(SIGNAL, []);
}

function parameter(type: number, pipes: Pipe[]): ParameterDecorator {
  return (target, method, index) => {
    if (method === undefined) throw new TypeError('it decorates parameters of methods only');
    const others = Reflect.getMetadata(PARAMETERS, target.constructor, method) ?? {};
    const all = { ...others, [`${type}:${index}`]: { index, data: undefined, pipes } };
    Reflect.defineMetadata(PARAMETERS, all, target.constructor, method);
  };
}

/** What Nest asks for the value of a parameter; `args` is what the handler was called with. */
export const parameterFactory = {
  exchangeKeyForValue(type: number, _data: unknown, args: unknown[]): unknown {
    const [subject, signal] = args as [{ payload: unknown }, AbortSignal];
    if (type === BODY) return subject.payload;
    return type === SIGNAL ? signal : subject;
  },
};
