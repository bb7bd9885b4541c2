/** What a SQL value is to the contract: an integer beyond 2^53 is a bigint, a blob its bytes. */
export type Value = null | number | bigint | string | Uint8Array;

export interface OpenOptions {
  readonly?: boolean;
  /** The extension to load; without it, the one that `extensionPath()` names. `null` loads none. */
  extension?: string | null;
  /** The time zone of the process that the connection is in; without it, this process's. */
  timeZone?: string;
}

/** The environment of a client that is a process of its own. */
export function environmentOf(options: OpenOptions): NodeJS.ProcessEnv {
  return options.timeZone ? { ...process.env, TZ: options.timeZone } : process.env;
}

/** One connection of some SQLite client with the extension loaded. */
export interface Client {
  /** Runs one statement to its end. Rejects with an Error that has SQLite's message. */
  query(sql: string, params?: readonly Value[]): Promise<Value[][]>;
  close(): Promise<void>;
}

/** A program or library through which SQLite is used: each runs the whole contract. */
export interface ClientKind {
  readonly name: string;
  /** Why it can't be used on this machine, or undefined when it can. */
  readonly unavailable: string | undefined;
  open(path: string, options?: OpenOptions): Promise<Client>;
}

/** An integer as the contract knows it. */
export function fromInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
