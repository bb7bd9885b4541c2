/** The part of a client of @libsql/client that honker uses. */
export interface LibsqlClient {
  /** 'file', or how it reaches a server. */
  readonly protocol: string;
  execute(sql: string): Promise<{ readonly rows: readonly (readonly unknown[] | object)[] }>;
  /** Closes its connections; those that it opens from then on are new. */
  reconnect(): Promise<void> | void;
}

export function isLibsqlClient(client: unknown): client is LibsqlClient {
  const { protocol, execute } = (client ?? {}) as Partial<LibsqlClient>;
  return typeof protocol === 'string' && typeof execute === 'function';
}
