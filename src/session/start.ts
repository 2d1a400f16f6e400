import { UserError } from '../errors.ts';
import { isAttached, type Plan } from '../plan/plan.ts';
import { type Compiled, compileFor } from './compile.ts';
import type { Watch } from './session.ts';

/** A watch, and what was opened with it for one plan. */
export interface WatchParts {
  readonly compiled: Compiled;
  readonly watch: Watch;
  /** Let go of all of it. */
  close(): Promise<void>;
}

/**
 * Start a watch. Where what was planned does not attach, or attaches and does not count, the next row of the plan is
 * tried, each once: tracepoints alone are the last.
 *
 * @param open - Opens the parts for a plan; called again for each plan.
 * @returns The parts of the plan that counts, with the watch started.
 * @throws UserError where nothing else can be tried.
 */
export async function startWatch<Parts extends WatchParts>(
  compiled: Compiled,
  open: (compiled: Compiled) => Parts,
): Promise<Parts> {
  const parts = open(compiled);
  let failures: Failures;
  try {
    const silent = await parts.watch.start();
    if (silent.length === 0) return parts;
    failures = blameSilent(compiled.plan, silent);
  } catch (error) {
    failures = blameRejected(compiled.plan, error);
  }
  await parts.close();
  const facts = {
    ...compiled.facts,
    failures: new Map([...compiled.facts.failures, ...failures]),
  };
  return startWatch(compileFor(facts, compiled.settings), open);
}

/** What failed and why, by family of attach types or by probe. */
type Failures = ReadonlyMap<string, string>;

/** @throws UserError where a event has nothing to fall back to. */
function blameSilent(plan: Plan, silent: readonly string[]): Failures {
  const guilty = plan.events.filter(isAttached).filter(({ event }) => silent.includes(event));
  if (guilty.some(({ family }) => family === 'tracepoint')) {
    throw new UserError(
      'TRACER_SILENT',
      `attached, but not counting an event of our own: ${silent.join(', ')}`,
      { hint: 'see what is attached and why: ebpf-processes plan' },
    );
  }
  return new Map(
    guilty.map(({ probe }) => [probe, 'it attached, and did not count an event of our own']),
  );
}

/** What bpftrace names in its complaint, else everything but tracepoints. Rethrows what none of that can have caused. */
function blameRejected(plan: Plan, error: unknown): Failures {
  const suspects = plan.events.filter(isAttached).filter(({ family }) => family !== 'tracepoint');
  const isRejection = error instanceof UserError && error.code === 'PROGRAM_REJECTED';
  if (!isRejection || suspects.length === 0) throw error;
  const byPoint = suspects.filter(({ attachPoints }) =>
    attachPoints.some((point) => error.message.includes(point.slice(point.lastIndexOf(':') + 1))),
  );
  const byFamily = suspects.filter(({ family }) => error.message.includes(`${family}:`));
  const guilty = [byPoint, byFamily].find((some) => some.length > 0) ?? suspects;
  return new Map(guilty.map(({ family }) => [family, error.message]));
}
