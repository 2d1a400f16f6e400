import { groupDigits } from '../page-table.ts';

/** The smallest round number of a few that is not below a number above 0. */
export function roundUp(value: number, rounds: readonly number[] = [1, 2, 5, 10]): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return rounds.map((factor) => factor * power).find((round) => round >= value) ?? value;
}

/** Round numbers from 0 to `end`, `most` at most. */
export function listTicks(end: number, most: number): number[] {
  if (!(end > 0)) return [0];
  const step = roundUp(end / (most - 1));
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** A number as it is written at an axis: `1.5k`. */
export function shortNumber(value: number): string {
  if (value >= 1e6) return `${trim(value / 1e6)}M`;
  return value >= 1e4 ? `${trim(value / 1e3)}k` : groupDigits(Number(trim(value)));
}

/** Seconds after the begin of a window: `2.5 s`, `3 min`. */
export function shortTime(seconds: number, end: number): string {
  if (end >= 7_200) return `${trim(seconds / 3_600)} h`;
  return end >= 180 ? `${trim(seconds / 60)} min` : `${trim(seconds)} s`;
}

function trim(value: number): string {
  return String(Number(value.toPrecision(3)));
}
