/** One metric with all its series, as OpenMetrics has it. A value. */
export interface Family {
  /** With the unit and, of a counter, with `_total` at the end. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly labels: readonly string[];
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A family of one series without labels; of none where the value is absent. */
export function single(
  type: Family['type'],
  name: string,
  help: string,
  value: number | null,
): Family {
  return { name, help, type, labels: [], samples: value === null ? [] : [{ labels: {}, value }] };
}
