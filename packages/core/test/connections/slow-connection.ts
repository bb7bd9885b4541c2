import { PromisedConnection } from './promised-connection.ts';

/** Its work is done at once, and the answers to it are kept back until what is to come before has come. */
export class SlowConnection extends PromisedConnection {
  beforeAnswer: (nth: number) => Promise<void> | undefined = () => undefined;
  #attempts = 0;

  override async attempt(
    ...args: Parameters<PromisedConnection['attempt']>
  ): Promise<unknown[] | undefined> {
    const results = await super.attempt(...args);
    this.#attempts++;
    await this.beforeAnswer(this.#attempts);
    return results;
  }
}
