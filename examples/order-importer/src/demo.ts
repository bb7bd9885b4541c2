import { Child } from './child.js';
import { counted } from './counted.js';
import type { ProducerMessage, WorkerMessage } from './messages.js';
import type { Progress } from './progress.js';

export interface Plan {
  /** Where the databases are. */
  folder: string;
  /** The CSV. */
  file: string;
  orderCount: number;
  /** How many of the orders, the last ones, come one at a time. */
  measuredCount: number;
  workerCount: number;
}

/** One run: a producer, some workers, and a murder halfway. */
export class Demo {
  readonly #plan: Plan;
  readonly #progress: Progress;
  readonly #children: Child[] = [];
  #workersStarted = 0;
  #victim: Child | undefined;
  #imported = 0;
  #written = 0;
  #writtenBeforePhase = 0;
  #isStopping = false;
  #finish: () => void = () => {};
  #fail: (error: Error) => void = () => {};

  constructor(plan: Plan, progress: Progress) {
    this.#plan = plan;
    this.#progress = progress;
  }

  /**
   * Runs until every order is confirmed, or until `signal` fires; no process is left when it returns.
   *
   * @throws {Error} when a process ended that should not have.
   */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    if (signal.aborted) return;
    signal.addEventListener('abort', this.#finish);
    this.#progress.begin('import', this.#half, 'imported');
    this.#startProducer();
    try {
      await ended;
    } finally {
      this.#isStopping = true;
      for (const child of this.#children) child.stop();
      await Promise.all(this.#children.map((child) => child.ended));
    }
  }

  get #half(): number {
    return Math.ceil(this.#plan.orderCount / 2);
  }

  #startProducer(): void {
    const { folder, file, measuredCount } = this.#plan;
    const args = [folder, file, String(measuredCount)];
    const onMessage = (message: ProducerMessage) => this.#onProducer(message);
    this.#keep(new Child('the producer', './producer.js', args, onMessage));
  }

  #startWorker(onReady: (worker: Child) => void = () => {}): Child {
    const number = ++this.#workersStarted;
    const args = [this.#plan.folder, String(number)];
    const worker = new Child(`worker ${number}`, './worker.js', args, (message: WorkerMessage) => {
      if (message.type === 'ready') onReady(worker);
      else this.#onWritten(message.count);
    });
    return this.#keep(worker);
  }

  #keep(child: Child): Child {
    this.#children.push(child);
    child.ended.then((problem) => {
      if (problem !== undefined) this.#fail(new Error(`${child.name} ${problem}`));
    });
    return child;
  }

  #onProducer(message: ProducerMessage): void {
    if (this.#isStopping) return;
    switch (message.type) {
      case 'imported':
        this.#imported = message.count;
        if (this.#workersStarted === 0 && message.count >= this.#half) this.#startWorkers();
        this.#show();
        break;
      case 'caught-up':
        this.#writtenBeforePhase = this.#written;
        this.#progress.finish();
        if (this.#plan.measuredCount > 0) {
          this.#progress.begin('one by one', this.#plan.measuredCount, 'confirmed');
        }
        break;
      case 'done':
        this.#progress.finish();
        this.#finish();
    }
  }

  /** Not before there is a backlog: the one that will be killed is then sure to be at work. */
  #startWorkers(): void {
    this.#progress.finish();
    const backlog = this.#plan.orderCount - this.#plan.measuredCount;
    this.#progress.begin('and confirm', backlog, 'confirmed');
    this.#victim = this.#startWorker();
    while (this.#workersStarted < this.#plan.workerCount) this.#startWorker();
  }

  #onWritten(count: number): void {
    if (this.#isStopping) return;
    this.#written += count;
    this.#show();
    const victim = this.#victim;
    if (victim === undefined || this.#written < this.#half) return;
    this.#victim = undefined;
    this.#replace(victim);
  }

  #replace(victim: Child): void {
    victim.kill();
    const written = counted(this.#written, 'confirmation');
    this.#progress.note(
      'bad',
      `${victim.name} (pid ${victim.pid}) killed with SIGKILL after ${written}`,
    );
    this.#startWorker((worker) => {
      this.#progress.note('good', `${worker.name} (pid ${worker.pid}) started in its place`);
    });
  }

  #show(): void {
    if (this.#workersStarted === 0) {
      this.#progress.update(this.#imported, '');
      return;
    }
    const imported = this.#imported.toLocaleString('en');
    this.#progress.update(this.#written - this.#writtenBeforePhase, `${imported} imported`);
  }
}
