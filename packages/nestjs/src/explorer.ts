import type { DiscoveryService } from '@nestjs/core';
import {
  type HandlerMetadata,
  handlersOf,
  type ProcessorMetadata,
  processorOf,
} from './metadata.js';

/** Nest's record of a provider or a controller. */
type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A provider or a controller with decorators of ours. */
export interface Host {
  wrapper: InstanceWrapper;
  /** Its class. */
  type: { readonly name: string; readonly prototype: object };
  processor: ProcessorMetadata | undefined;
  handlers: readonly HandlerMetadata[];
}

/** Finds what is decorated, in all modules. */
export function explore(discovery: DiscoveryService): Host[] {
  const hosts: Host[] = [];
  const instances = new Set<unknown>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    if (wrapper.isAlias) continue;
    const type = classOf(wrapper);
    if (typeof type !== 'function') continue;
    const processor = processorOf(type);
    const handlers = handlersOf(type);
    if (processor === undefined && handlers.length === 0) continue;
    if (isStatic(wrapper)) {
      // A factory may give an instance that is a provider by itself, too.
      if (instances.has(wrapper.instance)) continue;
      instances.add(wrapper.instance);
    }
    hosts.push({ wrapper, type: type as Host['type'], processor, handlers });
  }
  return hosts;
}

/** Whether one instance serves all calls. */
export function isStatic(wrapper: InstanceWrapper): boolean {
  return wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
}

/** What is provided by a value or a factory tells its class by its instance only. */
function classOf({ metatype, inject, instance }: InstanceWrapper): unknown {
  return metatype && !inject ? metatype : instance?.constructor;
}
