import { setTimeout } from 'node:timers/promises';
import { Gate } from '../gate.js';
import type { Program } from '../program.js';
import type { Random } from './random.js';

/** Starts a program that says 'ready', then a word at each step, and ends at 'stop'; an object is an error. */
export type Start = (doom: number) => Program;

/** Rows that a doomed process writes before it pulls its own plug. */
const LONGEST_DOOM = 120;
/** Steps of anybody between two kills. */
const MOST_STEPS = 60;
const PAUSED = 0.02;
/** How many of those that are started. */
const DOOMED = 0.3;
/** A lease of a second has run out after two. */
const PAUSE_MS = 2100;

interface Member {
  start: Start;
  program: Program;
  ready: Promise<void>;
  isDoomed: boolean;
  isPaused: boolean;
  /** Its end is ours. */
  isLeaving: boolean;
}

/** Any number of programs on one file that are killed, and at once replaced. */
export class Fleet {
  readonly #random: Random;
  readonly #members: Member[];
  readonly #broken = new Gate<Error>();
  #onStep: () => void = () => {};
  /** By SIGKILL from outside, and from inside a transaction. */
  readonly killed = { outside: 0, inside: 0 };
  pauses = 0;

  constructor(random: Random, starts: readonly Start[]) {
    this.#random = random;
    this.#members = starts.map((start) => this.#enlist({ start } as Member));
  }

  get kills(): number {
    return this.killed.outside + this.killed.inside;
  }

  /** Kills until so many were killed; then everybody is back, and nobody doomed. */
  async killUntil(kills: number): Promise<void> {
    const resumed: Promise<void>[] = [];
    while (this.kills < kills) {
      await this.working(this.#moment());
      const victim = this.#random.pick(this.#members);
      if (victim.isDoomed || victim.isPaused) continue;
      if (this.#random.chance(PAUSED)) resumed.push(this.#pause(victim));
      else await this.#kill(victim);
    }
    await this.working(Promise.all(resumed));
    for (const member of this.#members) {
      if (member.isDoomed) await this.#kill(member, 0);
    }
    await this.working(Promise.all(this.#members.map(({ ready }) => ready)));
  }

  /** Tells some to end, all by default; they must do so by themselves, with nothing to complain of. */
  async stop(which: (start: Start) => boolean = () => true): Promise<void> {
    const leaving = this.#members.filter(({ start, isLeaving }) => which(start) && !isLeaving);
    for (const member of leaving) {
      member.isLeaving = true;
      member.program.send('stop');
    }
    for (const { program } of leaving) {
      const end = await program.success();
      if (end.stderr !== '') throw new Error(end.stderr);
    }
  }

  /** Kills all, and replaces nobody. */
  async killAll(): Promise<void> {
    for (const member of this.#members) {
      member.isLeaving = true;
      await member.program.kill();
      this.killed.outside++;
    }
  }

  /** Waits for something that needs everybody at work; throws when somebody ends who shouldn't. */
  async working(happened: Promise<unknown>): Promise<void> {
    const error = await Promise.race([happened.then(() => undefined), this.#broken.opened]);
    if (error) throw error;
  }

  /** A random one of everybody's work. */
  async #moment(): Promise<void> {
    let left = this.#random.between(1, MOST_STEPS);
    const gate = new Gate();
    this.#onStep = () => {
      left--;
      if (left === 0) gate.open();
    };
    await gate.opened;
  }

  async #kill(victim: Member, doom = this.#doom()): Promise<void> {
    victim.isLeaving = true;
    await victim.program.kill();
    this.killed.outside++;
    this.#enlist(victim, doom);
    // Now and then it is somebody's turn who is still opening the file.
    if (this.#random.chance(0.8)) await this.working(victim.ready);
  }

  async #pause(member: Member): Promise<void> {
    member.isPaused = true;
    member.program.signal('SIGSTOP');
    await setTimeout(PAUSE_MS);
    member.program.signal('SIGCONT');
    member.isPaused = false;
    this.pauses++;
  }

  #doom(): number {
    return this.#random.chance(DOOMED) ? this.#random.between(1, LONGEST_DOOM) : 0;
  }

  #enlist(member: Member, doom = this.#doom()): Member {
    const program = member.start(doom);
    const ready = new Gate();
    Object.assign(member, { program, ready: ready.opened, isDoomed: doom > 0 });
    Object.assign(member, { isPaused: false, isLeaving: false });
    program.onMessage = (message) => {
      if (typeof message === 'object') this.#broken.open(new Error(JSON.stringify(message)));
      ready.open();
      this.#onStep();
    };
    program.ended.then((end) => {
      ready.open();
      if (member.program !== program || member.isLeaving) return;
      if (doom === 0 || end.signal !== 'SIGKILL') {
        this.#broken.open(new Error(JSON.stringify(end)));
        return;
      }
      this.killed.inside++;
      this.#enlist(member);
      this.#onStep();
    });
    return member;
  }
}
