/** A promise that is opened from outside: what tests wait for instead of a time to pass. */
export class Gate<Value = void> {
  open!: (value: Value) => void;
  readonly opened = new Promise<Value>((resolve) => {
    this.open = resolve;
  });
}

/** Opens its gate at the nth call. */
export class Countdown {
  readonly #gate = new Gate();
  #left: number;

  constructor(count: number) {
    this.#left = count;
  }

  get reached(): Promise<void> {
    return this.#gate.opened;
  }

  tick(): void {
    this.#left--;
    if (this.#left === 0) this.#gate.open();
  }
}
