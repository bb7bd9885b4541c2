import {
  ApplicationConfig,
  ContextIdFactory,
  ExternalContextCreator,
  ModuleRef,
} from '@nestjs/core';
import { type Host, isStatic } from './explorer.js';
import { PARAMETERS, parameterFactory } from './payload.js';

/** Calls a decorated method with a job, an event or a notification, and the signal that ends it. */
export type Invoke = (subject: object, signal: AbortSignal) => Promise<unknown>;

/** What `context.getType()` says inside guards, interceptors and filters of a handler. */
export const CONTEXT_TYPE = 'honker';

type Container = Parameters<typeof ExternalContextCreator.fromContainer>[0];

/** Makes decorated methods callable: with the guards, pipes, interceptors and filters that are on them. */
export class Invoker {
  readonly #contexts: ExternalContextCreator;

  constructor(contexts: ExternalContextCreator, config: ApplicationConfig) {
    this.#contexts = withoutRequestEnhancers(contexts, config);
  }

  /** `onInstance` is given each instance before its method is called. */
  create(host: Host, method: string, onInstance: (instance: object) => void = () => {}): Invoke {
    if (!isStatic(host.wrapper)) return this.#perSubject(host, method, onInstance);
    onInstance(host.wrapper.instance);
    return this.#bind(host, host.wrapper.instance, method);
  }

  #bind(
    { wrapper, type }: Host,
    instance: Record<string, (...args: unknown[]) => unknown>,
    method: string,
    contextId?: ReturnType<typeof ContextIdFactory.create>,
  ): Invoke {
    const callback = instance[method] as (...args: unknown[]) => unknown;
    return this.#contexts.create(
      instance,
      callback,
      method,
      PARAMETERS,
      parameterFactory,
      contextId,
      wrapper.id,
      // Without a filter Nest's default one would log what the runtime logs already.
      { guards: true, interceptors: true, filters: hasFilters(type, callback) },
      CONTEXT_TYPE,
    );
  }

  /** A request-scoped host is made anew for each subject, which is its `REQUEST`. */
  #perSubject(host: Host, method: string, onInstance: (instance: object) => void): Invoke {
    const { token, host: module } = host.wrapper;
    const moduleRef = module?.getProviderByKey<ModuleRef>(ModuleRef).instance;
    if (moduleRef === undefined) throw new Error(`${host.type.name} is in no module`);
    return async (subject, signal) => {
      const contextId = ContextIdFactory.getByRequest(subject as Record<string, never>);
      moduleRef.registerRequestByContextId(subject, contextId);
      const instance = await moduleRef.resolve(token, contextId, { strict: true });
      onInstance(instance);
      return this.#bind(host, instance, method, contextId)(subject, signal);
    };
  }
}

/**
 * The application's global guards, interceptors and filters are written for requests, and a filter that answers
 * whatever is thrown would have every failed job acked. So, as in a hybrid application, they don't apply here.
 * Global pipes do: they get nothing but the payload.
 */
function withoutRequestEnhancers(
  contexts: ExternalContextCreator,
  application: ApplicationConfig,
): ExternalContextCreator {
  // Nest gives its container to nobody, and takes it here.
  const { container } = contexts as unknown as { container?: Container };
  if (container === undefined) throw new Error('this version of Nest is not supported');
  const config = new ApplicationConfig();
  config.useGlobalPipes(...application.getGlobalPipes());
  for (const pipe of application.getGlobalRequestPipes()) config.addGlobalRequestPipe(pipe);
  const view = Object.create(container, { applicationConfig: { get: () => config } });
  return ExternalContextCreator.fromContainer(view);
}

function hasFilters(type: Host['type'], callback: object): boolean {
  const FILTERS = '__exceptionFilters__';
  return Reflect.hasMetadata(FILTERS, type) || Reflect.hasMetadata(FILTERS, callback);
}
