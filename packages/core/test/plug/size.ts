/** The long version: how many kills in all; undefined in the short one, which is part of every run. */
const asked = process.env.HONKER_PLUG_KILLS;

export const isLong = asked !== undefined;

/** How many kills one test makes: `short`, or its part of the long version's. */
export function kills(short: number, part: number): number {
  return isLong ? Math.ceil(Number(asked) * part) : short;
}

/** What the long version has to show. */
export function report(figures: Record<string, unknown>): void {
  if (isLong) console.log(JSON.stringify(figures));
}
