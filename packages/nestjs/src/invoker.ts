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
const CONTEXT_TYPE = 'honker';

type Callback = (...args: unknown[]) => unknown;
type Instance = Record<string, Callback>;
type ContextId = ReturnType<typeof ContextIdFactory.create>;
type Container = Parameters<typeof ExternalContextCreator.fromContainer>[0];

/** Makes decorated methods callable: with the guards, pipes, interceptors and filters that are on them. */
export class Invoker {
  readonly #container: Container;

  constructor(contexts: ExternalContextCreator, config: ApplicationConfig) {
    this.#container = withoutRequestEnhancers(contexts, config);
  }

  /** `onInstance` is given each instance before its method is called. */
  create(host: Host, method: string, onInstance: (instance: object) => void = () => {}): Invoke {
    // Nest 11 keeps what it knows of methods by the names of their classes, which two may share.
    const contexts = ExternalContextCreator.fromContainer(this.#container);
    const handler = new BoundHandler(contexts, host, method);
    if (!isStatic(host.wrapper)) return perSubject(handler, onInstance);
    onInstance(host.wrapper.instance);
    return handler.bind(host.wrapper.instance);
  }
}

/** A method of a host, to be bound to its instances. */
class BoundHandler {
  readonly host: Host;
  readonly #contexts: ExternalContextCreator;
  readonly #method: string;

  constructor(contexts: ExternalContextCreator, host: Host, method: string) {
    this.#contexts = contexts;
    this.host = host;
    this.#method = method;
  }

  bind(instance: Instance, contextId?: ContextId): Invoke {
    const callback = instance[this.#method] as Callback;
    const invoke = this.#contexts.create(
      instance,
      callback,
      this.#method,
      PARAMETERS,
      parameterFactory,
      contextId,
      this.host.wrapper.id,
      { guards: true, interceptors: true, filters: false },
      CONTEXT_TYPE,
    );
    if (!hasFilters(this.host.type, callback)) return invoke;
    return async (...args) => {
      try {
        return await invoke(...args);
      } catch (error) {
        return await this.#filtering(error, instance, contextId)(...args);
      }
    };
  }

  /**
   * Calls the filters with what was thrown. It stays thrown unless one returns something: Nest takes the promise
   * of an async filter for an answer, whatever becomes of it, and the job of one that only logs would be acked.
   */
  #filtering(error: unknown, instance: Instance, contextId?: ContextId): Invoke {
    const rethrow = () => {
      throw error;
    };
    Object.setPrototypeOf(rethrow, instance[this.#method] as Callback); // for the filters of the method
    const filtered = this.#contexts.create(
      instance,
      rethrow,
      `filters of ${this.#method}`, // what Nest 11 keeps under the method's name is for its parameters
      undefined,
      undefined,
      contextId,
      this.host.wrapper.id,
      { guards: false, interceptors: false, filters: true },
      CONTEXT_TYPE,
    );
    return async (...args) => (await filtered(...args)) ?? rethrow();
  }
}

/** A request-scoped host is made anew for each subject, which is its `REQUEST`. */
function perSubject(handler: BoundHandler, onInstance: (instance: object) => void): Invoke {
  const { wrapper, type } = handler.host;
  const moduleRef = wrapper.host?.getProviderByKey<ModuleRef>(ModuleRef).instance;
  if (moduleRef === undefined) throw new Error(`${type.name} is in no module`);
  return async (subject, signal) => {
    const contextId = ContextIdFactory.getByRequest(subject as Record<string, never>);
    moduleRef.registerRequestByContextId(subject, contextId);
    const instance = await moduleRef.resolve(wrapper.token, contextId, { strict: true });
    onInstance(instance);
    return handler.bind(instance, contextId)(subject, signal);
  };
}

/**
 * The application's global guards, interceptors and filters are written for requests, and a filter that answers
 * whatever is thrown would have every failed job acked. So, as in a hybrid application, they don't apply here.
 * Global pipes do: they get nothing but the payload.
 */
function withoutRequestEnhancers(
  contexts: ExternalContextCreator,
  application: ApplicationConfig,
): Container {
  // Nest gives its container to nobody, and takes it here.
  const { container } = contexts as unknown as { container?: Container };
  if (container === undefined) throw new Error('this version of Nest is not supported');
  const config = new ApplicationConfig();
  config.useGlobalPipes(...application.getGlobalPipes());
  for (const pipe of application.getGlobalRequestPipes()) config.addGlobalRequestPipe(pipe);
  return Object.create(container, { applicationConfig: { get: () => config } });
}

function hasFilters(type: Host['type'], callback: object): boolean {
  const FILTERS = '__exceptionFilters__';
  return Reflect.hasMetadata(FILTERS, type) || Reflect.hasMetadata(FILTERS, callback);
}
