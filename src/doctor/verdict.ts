import type { EventPlan, Plan } from '../plan/plan.ts';
import { EVENT_NAMES } from '../report/event-names.ts';
import type { Check } from './check.ts';

/**
 * What can be counted on this machine, in one sentence.
 *
 * @param plan - `undefined` where none can be made.
 * @param checks - All of them, in the order in which to mend what is wrong.
 * @param wantsErrors - Failed forks are to be counted.
 */
export function describeVerdict(
  plan: Plan | undefined,
  checks: readonly Check[],
  wantsErrors: boolean,
): string {
  const errors = checks.filter(({ state }) => state === 'error');
  const events = plan?.events.filter(({ event }) => event !== 'error' || wantsErrors) ?? [];
  const namesOf = (quality: EventPlan['quality']) =>
    events.filter((event) => event.quality === quality).map(({ event }) => EVENT_NAMES[event]);
  const [exact, approximate, absent] = [
    namesOf('exact'),
    namesOf('approximate'),
    namesOf('absent'),
  ];
  if (exact.length + approximate.length === 0 || plan === undefined) {
    const [first] = errors;
    return `Nothing can be counted here${first === undefined ? '' : `: ${first.name}: ${first.finding}`}`;
  }
  const rests = [
    ...(approximate.length === 0 ? [] : [`${join(approximate)} approximately`]),
    ...(absent.length === 0 ? [] : [`${join(absent)} not at all`]),
  ];
  const what =
    rests.length === 0
      ? 'Everything can be counted exactly here'
      : exact.length === 0
        ? `Here can be counted ${rests.join(', ')}`
        : `Counted exactly here: ${join(exact)}; ${rests.join(', ')}`;
  return errors.length === 0 ? what : `${what}; and ${errors[0]?.name} is wrong, see below`;
}

/** `a, b and c`. */
function join(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
