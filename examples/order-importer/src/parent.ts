import { once } from 'node:events';
import { STOP } from './messages.js';

/** The side of a child process that talks to the demo. */
export class Parent<Message extends object> {
  /** Fires when the demo wants this process to end, or is gone itself. */
  readonly stopped: AbortSignal;

  constructor() {
    const controller = new AbortController();
    this.stopped = controller.signal;
    process.on('message', (message) => {
      if (message === STOP) controller.abort();
    });
    process.on('disconnect', () => controller.abort());
    // The demo may have died while this process was starting, when nobody listened.
    if (!process.connected) controller.abort();
    // Ctrl-C goes to every process of the terminal; it is the demo that says who stops when.
    process.on('SIGINT', () => {});
  }

  async untilStopped(): Promise<void> {
    if (!this.stopped.aborted) await once(this.stopped, 'abort');
  }

  tell(message: Message): void {
    // Without the callback, a demo that has just died would be an uncaught error here.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  }

  /** Nothing else keeps the process alive: it ends. */
  leave(): void {
    if (process.connected) process.disconnect();
  }
}
