import { Gate } from '../gate.js';
import { Program } from '../program.js';

/** A wake takes a fraction of a millisecond; one that hasn't come by then never will. */
const GIVE_UP_MS = 10_000;

/** A process that listens to a channel; it has no other way to know of a commit than being woken. */
export class Listening {
  readonly #program: Program;
  readonly #heard: number[] = [];
  #onHeard: () => void = () => {};
  /** What it listens from. */
  #last = 0;
  readonly #ready: Promise<void>;

  constructor(path: string) {
    this.#program = new Program(new URL('programs/listener.mjs', import.meta.url), [path]);
    this.#ready = this.#start();
  }

  async #start(): Promise<void> {
    const { last } = await this.#program.message<{ last: number }>();
    this.#last = last;
    void this.#listen();
  }

  async #listen(): Promise<void> {
    for (;;) {
      const message = await this.#program.message<{ id: number }>().catch(() => undefined);
      if (message === undefined) return;
      if (message.id > this.#last) this.#heard.push(message.id);
      this.#onHeard();
    }
  }

  get ready(): Promise<void> {
    return this.#ready;
  }

  /**
   * Waits until it has heard all of `committed` that it should. Nobody commits any more, so whoever missed
   * the last wake has to be given up.
   */
  async hears(committed: readonly number[]): Promise<{ heard: number[]; expected: number[] }> {
    const expected = committed.filter((id) => id > this.#last);
    const last = expected.at(-1) ?? 0;
    const all = new Gate();
    const timer = setTimeout(all.open, GIVE_UP_MS);
    this.#onHeard = () => {
      if ((this.#heard.at(-1) ?? 0) >= last) all.open();
    };
    this.#onHeard();
    await all.opened;
    clearTimeout(timer);
    return { heard: this.#heard, expected };
  }

  async kill(): Promise<void> {
    await this.#program.kill();
  }

  /** It must end by itself, with nothing to complain of. */
  async stop(): Promise<string> {
    this.#program.send('stop');
    return (await this.#program.success()).stderr;
  }
}
