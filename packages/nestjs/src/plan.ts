import type { HonkerWorkOptions } from './database.js';
import type { Host } from './explorer.js';
import type { HandlerMetadata } from './metadata.js';
import { DEFAULT_DATABASE_NAME } from './tokens.js';

type Of<Kind extends HandlerMetadata['kind']> = Extract<HandlerMetadata, { kind: Kind }>;

/** A decorated method. */
export interface Handler<Kind extends HandlerMetadata['kind']> {
  host: Host;
  metadata: Of<Kind>;
}

/** The worker of one queue, and the classes that it serves. */
export interface QueuePlan {
  queue: string;
  options: HonkerWorkOptions;
  hosts: Host[];
  /** The one with `process()`, for jobs that no method takes by their name. */
  fallback: Host | undefined;
  named: Map<string, Handler<'process'>>;
  events: Handler<'workerEvent'>[];
}

/** Everything that is declared for one database. */
export interface Plan {
  queues: QueuePlan[];
  streams: Handler<'stream'>[];
  notifications: Handler<'notification'>[];
  schedules: Handler<'schedule'>[];
}

/** What the decorators say for a database; what is wrong with them goes into `problems`. */
export function planFor(databaseName: string, hosts: readonly Host[], problems: string[]): Plan {
  const isHere = (name: string | undefined) => (name ?? DEFAULT_DATABASE_NAME) === databaseName;
  const handlers = <Kind extends HandlerMetadata['kind']>(kind: Kind): Handler<Kind>[] =>
    hosts.flatMap((host) =>
      host.handlers
        .filter((metadata): metadata is Of<Kind> => metadata.kind === kind)
        .map((metadata) => ({ host, metadata })),
    );
  for (const host of hosts) if (host.processor === undefined) checkHasNoWorker(host, problems);
  return {
    queues: planQueues(
      hosts.filter(({ processor }) => processor && isHere(processor.options.databaseName)),
      problems,
    ),
    streams: unique(
      handlers('stream').filter(({ metadata }) => isHere(metadata.options.databaseName)),
      ({ metadata }) => `${metadata.topic}\n${metadata.options.consumer}`,
      'have the same topic and consumer, so each would miss what the other one gets',
      problems,
    ),
    notifications: handlers('notification').filter(({ metadata }) => isHere(metadata.databaseName)),
    schedules: unique(
      handlers('schedule').filter(({ metadata }) => isHere(metadata.options.databaseName)),
      scheduleName,
      'have the same name: give one another by the option name',
      problems,
    ),
  };
}

/** Every database that a decorator names. */
export function databaseNamesOf({
  processor,
  handlers,
}: Host): [name: string, decorator: string][] {
  const names: [string | undefined, string][] = handlers.map((metadata) => {
    if (metadata.kind === 'notification') return [metadata.databaseName, metadata.decorator];
    if (metadata.kind === 'stream' || metadata.kind === 'schedule') {
      return [metadata.options.databaseName, metadata.decorator];
    }
    return [undefined, metadata.decorator];
  });
  if (processor) names.push([processor.options.databaseName, decoratorOf(processor.queue)]);
  return names.filter((each): each is [string, string] => each[0] !== undefined);
}

export function decoratorOf(queue: string): string {
  return `@Processor('${queue}')`;
}

/** `Class.method`, for messages. */
export function placeOf({ host, metadata }: { host: Host; metadata: { method: string } }): string {
  return `${host.type.name}.${metadata.method}`;
}

/** What a schedule is called by its decorator, or by its place. */
export function scheduleName(handler: Handler<'schedule'>): string {
  return handler.metadata.options.name ?? placeOf(handler);
}

function checkHasNoWorker(host: Host, problems: string[]): void {
  for (const { kind, method, decorator } of host.handlers) {
    if (kind !== 'process' && kind !== 'workerEvent') continue;
    problems.push(
      `${host.type.name}.${method}: ${decorator} needs a queue: put @Processor(…) on the class`,
    );
  }
}

function planQueues(hosts: Host[], problems: string[]): QueuePlan[] {
  const plans = new Map<string, QueuePlan>();
  for (const host of hosts) {
    if (host.processor === undefined) continue;
    const { queue, options } = host.processor;
    const plan: QueuePlan = plans.get(queue) ?? {
      queue,
      options: {},
      hosts: [],
      fallback: undefined,
      named: new Map(),
      events: [],
    };
    plans.set(queue, plan);
    addHost(plan, host, problems);
    addOptions(plan, host, options, problems);
    plan.hosts.push(host);
  }
  return [...plans.values()];
}

function addHost(plan: QueuePlan, host: Host, problems: string[]): void {
  const { name, prototype } = host.type;
  const decorator = decoratorOf(plan.queue);
  const hasProcess = typeof (prototype as { process?: unknown }).process === 'function';
  if (hasProcess && plan.fallback) {
    problems.push(
      `${name}: ${decorator} handles every job of a queue that ${plan.fallback.type.name} handles already: ` +
        'give their methods @Process(name), or remove one (is it provided by two modules?)',
    );
  }
  if (hasProcess) plan.fallback = host;
  let isNamed = false;
  for (const metadata of host.handlers) {
    if (metadata.kind === 'process') {
      isNamed = true;
      addNamed(plan, { host, metadata }, problems);
    } else if (metadata.kind === 'workerEvent') plan.events.push({ host, metadata });
  }
  if (!hasProcess && !isNamed) {
    problems.push(
      `${name}: ${decorator} has nothing to call: extend WorkerHost and write process(job, signal), ` +
        'or put @Process(name) on methods',
    );
  }
}

function addNamed(plan: QueuePlan, handler: Handler<'process'>, problems: string[]): void {
  const { name, decorator } = handler.metadata;
  const other = plan.named.get(name);
  if (other === undefined) plan.named.set(name, handler);
  else {
    problems.push(
      `${placeOf(handler)}: ${decorator} takes the jobs of the queue '${plan.queue}' that ${placeOf(other)} takes already`,
    );
  }
}

/** One worker serves all classes of a queue, so they can't ask for different ones. */
function addOptions(
  plan: QueuePlan,
  host: Host,
  { databaseName: _, ...options }: HonkerWorkOptions & { databaseName?: string },
  problems: string[],
): void {
  for (const [key, value] of Object.entries(options)) {
    const other = plan.options[key as keyof HonkerWorkOptions];
    if (other !== undefined && other !== value) {
      problems.push(
        `${host.type.name}: ${decoratorOf(plan.queue)} shares its worker with ${plan.hosts[0]?.type.name}, which has ` +
          `another ${key}: give it in one place`,
      );
    }
  }
  Object.assign(plan.options, options);
}

function unique<Kind extends HandlerMetadata['kind']>(
  handlers: Handler<Kind>[],
  keyOf: (handler: Handler<Kind>) => string,
  problem: string,
  problems: string[],
): Handler<Kind>[] {
  const byKey = new Map<string, Handler<Kind>>();
  for (const handler of handlers) {
    const other = byKey.get(keyOf(handler));
    if (other === undefined) byKey.set(keyOf(handler), handler);
    else {
      problems.push(
        `${placeOf(handler)}: ${handler.metadata.decorator} and ${placeOf(other)} ${problem}`,
      );
    }
  }
  return [...byKey.values()];
}
