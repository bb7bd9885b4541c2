/** What time it is, for honker on one connection. Tests shift it: `@honker/core/testing`. */
export class Clock {
  /** @internal As the SQL functions of the connection have been told. */
  shiftS = 0;

  ms(): number {
    return Date.now() + this.shiftS * 1000;
  }

  /** The second that it is, as the SQL functions see it. */
  unixSeconds(): number {
    return Math.floor(this.ms() / 1000);
  }
}
