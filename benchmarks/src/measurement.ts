/** What a benchmark reports: one line of the table. */
export interface Measurement {
  name: string;
  unit: Unit;
  honker: number;
  /** What the same costs, or yields, without honker. */
  floor?: number;
  goal?: Goal;
  /** What else was seen: percentiles, the two numbers behind a ratio. */
  note?: string;
}

/** Empty for what is counted, or a part of something; per cent are of a core. */
export type Unit = 'jobs/s' | 'events/s' | 'µs' | 'ms' | 'MB' | 'KB' | '%' | '';

export interface Goal {
  text: string;
  isMet: (measurement: Measurement) => boolean;
}

/** Of honker's number to the floor's; NaN where there is no floor. */
export function ratioOf({ honker, floor }: Measurement): number {
  return honker / (floor ?? Number.NaN);
}

export function ratioAtLeast(limit: number): Goal {
  return { text: `ratio ≥ ${limit}`, isMet: (each) => ratioOf(each) >= limit };
}

export function ratioAtMost(limit: number): Goal {
  return { text: `ratio ≤ ${limit}`, isMet: (each) => ratioOf(each) <= limit };
}

export function atLeast(limit: number, unit: Unit): Goal {
  return {
    text: `≥ ${limit.toLocaleString('en')} ${unit}`,
    isMet: ({ honker }) => honker >= limit,
  };
}

export function atMost(limit: number, unit: Unit): Goal {
  return {
    text: `≤ ${limit.toLocaleString('en')} ${unit}`,
    isMet: ({ honker }) => honker <= limit,
  };
}

/** At most so much above the floor. */
export function aboveFloorAtMost(limit: number, unit: Unit): Goal {
  return {
    text: `≤ floor + ${limit} ${unit}`,
    isMet: ({ honker, floor = Number.NaN }) => honker <= floor + limit,
  };
}
