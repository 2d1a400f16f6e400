/** A moment as it is asked for: of the clock on the wall, or so many seconds after the begin of a recording. */
export type Moment =
  | { readonly at: 'wall'; readonly ms: number }
  | { readonly at: 'clock'; readonly seconds: number }
  | { readonly at: 'begin'; readonly seconds: number };

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

const DAY_MS = 86_400_000;

/**
 * `2026-11-26T14:05:00Z`, `14:05` or `14:05:30` (UTC, as a page tells times), `+90s`.
 *
 * @returns `undefined` where it is none of them.
 */
export function parseMoment(text: string): Moment | undefined {
  const [, amount, unit] = /^\+(\d{1,9}(?:\.\d{1,9})?)([smh]?)$/.exec(text) ?? [];
  if (amount !== undefined) {
    return { at: 'begin', seconds: Number(amount) * (UNIT_SECONDS[unit || 's'] ?? 1) };
  }
  const [, hour, minute, second = '0'] =
    /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d{1,9})?))?$/.exec(text) ?? [];
  if (hour !== undefined) {
    return { at: 'clock', seconds: Number(hour) * 3_600 + Number(minute) * 60 + Number(second) };
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : { at: 'wall', ms };
}

/**
 * The moment in milliseconds since 1970. A time of day is the first one that is not before the begin of the recording.
 *
 * @param beganMs - When the recording began.
 */
export function resolveMoment(moment: Moment, beganMs: number): number {
  if (moment.at === 'wall') return moment.ms;
  if (moment.at === 'begin') return beganMs + moment.seconds * 1_000;
  const midnight = Math.floor(beganMs / DAY_MS) * DAY_MS;
  const today = midnight + moment.seconds * 1_000;
  return today < Math.floor(beganMs / 1_000) * 1_000 ? today + DAY_MS : today;
}
