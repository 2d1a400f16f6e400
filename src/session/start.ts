import { UserError } from '../errors.ts';
import { isAttached, type Plan } from '../plan/plan.ts';
import { type Compiled, compileFor } from './compile.ts';
import { Session, type SessionOptions } from './session.ts';

/**
 * Start a session. Where what was planned does not attach, or attaches and does not count, the next candidate of the plan
 * is tried, each once: tracepoints alone are the last.
 *
 * @param signal - Ends the start, whatever is being tried; nothing else is started then.
 * @returns The session of the plan that counts; from its `latest` on everything is counted.
 * @throws UserError where nothing else can be tried; the reason of `signal` where that ended it.
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
    next = compileFor({ ...facts, failures: new Map([...facts.failures, ...failures]) }, settings);
  }
}

/** What failed and why, by family of attach types or by candidate. */
type Failures = ReadonlyMap<string, string>;

/** @returns What to do without; `undefined` where everything counts. */
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
      throw reason;
    }
  }
}

/** @throws UserError where an event has nothing to fall back to. */
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
