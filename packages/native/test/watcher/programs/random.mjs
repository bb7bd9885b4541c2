/** A small generator of random numbers that a seed determines (mulberry32). */
export class Random {
  constructor(seed) {
    this.state = seed;
  }

  /** From 0 to 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(share) {
    return this.next() < share;
  }

  pick(values) {
    return values[Math.floor(this.next() * values.length)];
  }
}
