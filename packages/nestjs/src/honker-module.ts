import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import {
  ApplicationConfig,
  DiscoveryModule,
  DiscoveryService,
  ExternalContextCreator,
  ModuleRef,
} from '@nestjs/core';
import { requireText } from './arguments.js';
import { type HonkerDatabase, type OpenedDatabase, openDatabase } from './database.js';
import { Invoker } from './invoker.js';
import {
  checkOptions,
  type DatabaseName,
  type HonkerModuleAsyncOptions,
  type HonkerModuleOptions,
  type HonkerOptionsFactory,
  type RegisterQueueOptions,
  type RegisterStreamOptions,
} from './options.js';
import { HonkerRuntime } from './runtime.js';
import {
  DEFAULT_DATABASE_NAME,
  getHonkerOptionsToken,
  getHonkerToken,
  getOpenedToken,
  getQueueToken,
  getRegistrationToken,
  getRuntimeToken,
  getStreamToken,
} from './tokens.js';

/**
 * Holds a database. It is global, so Nest runs its shutdown hook after those of the modules that aren't: they
 * may still enqueue in theirs.
 */
class HonkerDatabaseModule {}
Module({})(HonkerDatabaseModule);

/**
 * Queues, streams and schedules of SQLite files, as providers.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     HonkerModule.forRoot({ database: 'app.db' }),
 *     HonkerModule.registerQueue({ name: 'emails' }),
 *   ],
 *   providers: [EmailProcessor],
 * })
 * export class AppModule {}
 * ```
 */
// biome-ignore lint/complexity/noStaticOnlyClass: a module of Nest is a class.
export class HonkerModule {
  /**
   * Opens a database, or takes one, for the whole application, and runs what is declared for it. Import it once
   * for each database, in the root module.
   *
   * @example
   * ```ts
   * HonkerModule.forRoot({ database: 'app.db', role: 'producer' });
   * HonkerModule.forRoot({ name: 'audit', database: 'audit.db' });
   * ```
   */
  static forRoot({ name, ...options }: HonkerModuleOptions & DatabaseName): DynamicModule {
    const databaseName = requireDatabaseName(name);
    return rootModule(databaseName, {
      providers: [{ provide: getHonkerOptionsToken(databaseName), useValue: options }],
    });
  }

  /**
   * The same, with options that come from other providers.
   *
   * @example
   * ```ts
   * HonkerModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ database: config.getOrThrow('DATABASE') }),
   * });
   * ```
   */
  static forRootAsync({ name, imports = [], ...options }: HonkerModuleAsyncOptions): DynamicModule {
    const databaseName = requireDatabaseName(name);
    return rootModule(databaseName, {
      imports,
      providers: asyncOptionsProviders(getHonkerOptionsToken(databaseName), options),
    });
  }

  /**
   * Makes queues injectable, in the module that imports this, and lets them have processors in any module.
   *
   * @example
   * ```ts
   * HonkerModule.registerQueue({ name: 'emails', maxAttempts: 5 }, { name: 'images' });
   * ```
   */
  static registerQueue(...queues: RegisterQueueOptions[]): DynamicModule {
    return featureModule(
      queues.map(({ name, databaseName, ...options }) => ({
        token: getQueueToken(name, databaseName),
        databaseName,
        options,
        create: (db) => db.queue(name, options),
      })),
    );
  }

  /**
   * Makes streams injectable, in the module that imports this.
   *
   * @example
   * ```ts
   * HonkerModule.registerStream({ topic: 'orders' });
   * ```
   */
  static registerStream(...streams: RegisterStreamOptions[]): DynamicModule {
    return featureModule(
      streams.map(({ topic, databaseName, schema }) => ({
        token: getStreamToken(topic, databaseName),
        databaseName,
        options: { schema },
        create: (db) => (schema === undefined ? db.stream(topic) : db.stream(topic, { schema })),
      })),
    );
  }
}
Module({})(HonkerModule);

interface RootParts {
  imports?: NonNullable<DynamicModule['imports']>;
  providers: Provider[];
  open?: (options: HonkerModuleOptions) => OpenedDatabase;
}

/**
 * @internal The module of one database. `providers` has its options; `open` opens it.
 */
export function rootModule(
  name: string,
  { imports = [], providers, open = openAsConfigured }: RootParts,
): DynamicModule {
  const opened = getOpenedToken(name);
  const options = getHonkerOptionsToken(name);
  const databaseModule: DynamicModule = {
    module: HonkerDatabaseModule,
    global: true,
    imports,
    providers: [
      ...providers,
      {
        provide: opened,
        useFactory: (moduleOptions: HonkerModuleOptions) => {
          checkOptions(moduleOptions); // nobody would close what was opened for wrong ones
          return open(moduleOptions);
        },
        inject: [options],
      },
      {
        provide: getHonkerToken(name),
        useFactory: ({ db }: OpenedDatabase) => db,
        inject: [opened],
      },
    ],
    exports: [options, opened, getHonkerToken(name)],
  };
  // The runtime is in a module that isn't global: Nest bootstraps global ones first and destroys them last.
  return {
    module: HonkerModule,
    imports: [databaseModule, DiscoveryModule],
    providers: [
      {
        provide: getRuntimeToken(name),
        useFactory: (
          openedDatabase: OpenedDatabase,
          moduleOptions: HonkerModuleOptions,
          discovery: DiscoveryService,
          moduleRef: ModuleRef,
          contexts: ExternalContextCreator,
          config: ApplicationConfig,
        ) =>
          new HonkerRuntime({
            databaseName: name,
            opened: openedDatabase,
            options: moduleOptions,
            discovery,
            moduleRef,
            invoker: () => new Invoker(contexts, config),
          }),
        inject: [
          opened,
          options,
          DiscoveryService,
          ModuleRef,
          ExternalContextCreator,
          ApplicationConfig,
        ],
      },
    ],
  };
}

function openAsConfigured({ database, notifications = {} }: HonkerModuleOptions): OpenedDatabase {
  return openDatabase(database, { notifications });
}

/** A queue or a stream that is to be injectable. */
interface Feature {
  token: string;
  databaseName: string | undefined;
  options: object;
  create: (db: HonkerDatabase) => object;
}

function featureModule(features: Feature[]): DynamicModule {
  return {
    module: HonkerModule,
    providers: features.flatMap(({ token, databaseName, options, create }) => [
      { provide: token, useFactory: create, inject: [getHonkerToken(databaseName)] },
      { provide: getRegistrationToken(token), useValue: options },
    ]),
    exports: features.map(({ token }) => token),
  };
}

function asyncOptionsProviders(
  provide: string,
  { useFactory, inject = [], useClass, useExisting }: HonkerModuleAsyncOptions,
): Provider[] {
  if (useFactory) return [{ provide, useFactory, inject }];
  const factory = useExisting ?? useClass;
  if (factory === undefined) {
    throw new TypeError('forRootAsync() takes one of useFactory, useClass and useExisting');
  }
  const options: Provider = {
    provide,
    useFactory: (made: HonkerOptionsFactory) => made.createHonkerOptions(),
    inject: [factory],
  };
  return useExisting ? [options] : [options, factory];
}

/** @internal */
export function requireDatabaseName(name: string | undefined): string {
  const databaseName = requireText(name ?? DEFAULT_DATABASE_NAME, 'forRoot()', 'name');
  if (databaseName.includes('/')) throw new TypeError('name must not contain a slash');
  return databaseName;
}
