import { UserError } from '../errors.ts';
import { isAttached, type Plan } from '../plan/plan.ts';
import { type Compiled, compileFor } from './compile.ts';
import { explainRejection } from './explain-rejection.ts';
import { Session, type SessionOptions } from './session.ts';

/**
 * Start a session. A candidate that does not attach, or does not pass the self-test, is taken out, and the session is started
 * again with the next candidates. No candidate is tried twice; tracepoints come last.
 *
 * @param signal - Ends the start; nothing else is tried then.
 * @returns A session that counts every attached event from its snapshot `latest` on.
 * @throws UserError where nothing else can be tried; the reason of `signal` where that ended the start.
 */
export async function startSession(
  compiled: Compiled,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<Session> {
  for (let next = compiled; ; ) {
    signal.throwIfAborted();
    const session = new Session(next, options);
    const failures = await tryStart(session, signal);
    if (failures === undefined) return session;
    await session.stop();
    const { facts, settings } = next;
    next = compileFor(
      { ...facts, failures: new Map([...facts.failures, ...failures]) },
      settings,
      options.command !== undefined,
      options.wanted?.user !== undefined,
    );
  }
}

/** What failed and why, by family of attach types or by candidate. */
type Failures = ReadonlyMap<string, string>;

/** @returns What failed; `undefined` where the session has started. */
async function tryStart(session: Session, signal: AbortSignal): Promise<Failures | undefined> {
  const { plan } = session.compiled;
  try {
    const silent = await session.start(signal);
    return silent.length === 0 ? undefined : blameSilent(plan, silent);
  } catch (error) {
    try {
      signal.throwIfAborted();
      return blameRejected(plan, error);
    } catch (reason) {
      await session.stop();
      const isRejection = reason instanceof UserError && reason.code === 'PROGRAM_REJECTED';
      throw isRejection ? await explainRejection(reason, session.compiled.facts) : reason;
    }
  }
}

/** The candidates of events that did not pass the self-test. @throws UserError where one of them is a last resort. */
function blameSilent(plan: Plan, silent: readonly string[]): Failures {
  const guilty = plan.events.filter(isAttached).filter(({ event }) => silent.includes(event));
  if (guilty.some(({ family }) => family === 'tracepoint')) {
    throw new UserError(
      'TRACER_SILENT',
      `attached, but its self-test event was not counted: ${silent.join(', ')}`,
      { hint: 'see what is attached and why: ebpf-processes plan' },
    );
  }
  return new Map(
    guilty.map(({ candidate }) => [
      candidate,
      'it attached, but its self-test event was not counted',
    ]),
  );
}

/**
 * The families that bpftrace's error names by attach point, else by their name, else all but tracepoints. Rethrows an error
 * that no attach point has caused.
 */
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
