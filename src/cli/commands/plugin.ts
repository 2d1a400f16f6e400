import { type Machine, THIS_MACHINE } from '../../bpftrace/machine.ts';
import { UserError } from '../../errors.ts';
import { Updates } from '../../netdata/updates.ts';
import { compile } from '../../session/compile.ts';
import type { Session } from '../../session/session.ts';
import type { Snapshot } from '../../session/snapshot.ts';
import { startSession } from '../../session/start.ts';
import { describeInstead } from '../../settings/configuration.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Configured } from '../configure.ts';
import { log } from '../log.ts';
import { listenForEnd } from '../plugin-end.ts';
import { describeForLog, untilStarted } from '../plugin-start.ts';

/** One dump a second, whatever the update every: it is also what keeps an orphaned bpftrace from living on. */
const PERIOD_MS = 1_000;

/** How often to look for cgroups that are gone without a word of the kernel's. */
const WALK_EVERY_MS = 10_000;

/**
 * An empty line means nothing to Netdata. Written this often it tells us soon when nobody reads any more, and tells
 * Netdata, which gives up on a plugin after 120 s of silence, that we are there.
 */
const KEEP_ALIVE_MS = 400;

/**
 * Speak plugins.d on standard output until told to end, or until the lifetime that the command line gives is over.
 *
 * @returns The exit code: 0 when told to end or at the end of the lifetime; 1 on what no other start can mend, after `DISABLE`.
 */
export async function runPlugin(
  configured: Configured,
  io: NodeJS.Process,
  machine: Machine = THIS_MACHINE,
): Promise<number> {
  // Nobody is there to mend a file: what is wrong is told, and the charts are there without it.
  for (const problem of configured.problems)
    log(io.stderr, 'ERROR', describeInstead(problem, configured));
  const end = listenForEnd(io);
  const keepAlive = setInterval(() => io.stdout.write('\n'), KEEP_ALIVE_MS);
  const publisher = new Publisher(configured.settings, io.stdout);
  let session: Session | undefined;
  try {
    session = await untilStarted(
      () => start(configured, publisher, end.signal, io, machine),
      (sentence) => log(io.stderr, 'ERROR', sentence),
      end.signal,
    );
    await outlive(session, lifetimeOf(configured));
    publisher.close();
    await session.stop();
    // Netdata would start a plugin again that ended well.
    io.stdout.write('DISABLE\n');
    return 0;
  } catch (error) {
    if (end.signal.aborted) return 0;
    if (!(error instanceof UserError)) throw error;
    log(io.stderr, 'ERROR', describeForLog(error));
    io.stdout.write('DISABLE\n');
    return 1;
  } finally {
    clearInterval(keepAlive);
    await session?.stop();
    end.stop();
  }
}

/** Start to count and to publish. @throws What `signal` was aborted with, then and at any time later. */
async function start(
  { settings, directories, netdata }: Configured,
  publisher: Publisher,
  signal: AbortSignal,
  io: NodeJS.Process,
  machine: Machine,
): Promise<Session> {
  const compiling = compile(settings, io.geteuid?.() ?? 0, directories, machine);
  const compiled = await unlessAborted(compiling, signal);
  const options = {
    periodMs: PERIOD_MS,
    configDirectories: directories,
    netdata,
    command: undefined,
    onSnapshot: (snapshot: Snapshot) => publisher.take(snapshot),
    onNotice: (sentence: string) => log(io.stderr, 'ERROR', sentence),
    machine,
  };
  const session = await startSession(compiled, options, signal);
  signal.addEventListener('abort', () => session.abort(signal.reason));
  if (signal.aborted) session.abort(signal.reason);
  const { warnings, notes } = session.compiled.plan;
  for (const warning of warnings) log(io.stderr, 'ERROR', warning);
  for (const note of notes) log(io.stderr, 'INFO', note);
  publisher.open(session);
  return session;
}

/** Seconds that the plugin runs: the lifetime of a file is no end for one that Netdata has started. */
function lifetimeOf({ settings, origins }: Configured): number {
  return origins.lifetimeSeconds.kind === 'flag'
    ? settings.lifetimeSeconds
    : Number.POSITIVE_INFINITY;
}

/** Resolves when so many seconds are over. @throws UserError when bpftrace has failed for good. */
async function outlive(session: Session, seconds: number): Promise<void> {
  // Dumps come a few milliseconds early or late; the nearest one ends the lifetime.
  const endNs = session.latest.totals.kernelNs + seconds * 1e9 - (PERIOD_MS * 1e6) / 2;
  while (session.latest.totals.kernelNs < endNs) await session.next();
}

function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}

/** Writes the updates of a session to Netdata, from when everything is counted. */
class Publisher {
  readonly #settings: Settings;
  readonly #stdout: NodeJS.WriteStream;
  #open: { readonly updates: Updates; readonly scopes: Session['scopes'] } | undefined;
  #walkedAtMs = Number.NEGATIVE_INFINITY;

  constructor(settings: Settings, stdout: NodeJS.WriteStream) {
    this.#settings = settings;
    this.#stdout = stdout;
  }

  open({ compiled, scopes, latest }: Session): void {
    this.#open = { updates: new Updates(compiled.plan, this.#settings), scopes };
    this.take(latest);
  }

  take(snapshot: Snapshot): void {
    // A reader that lags gets fewer updates.
    if (this.#open === undefined || this.#stdout.writableNeedDrain) return;
    const { updates, scopes } = this.#open;
    const update = updates.take(snapshot);
    if (update === undefined) return;
    this.#stdout.write(update.text);
    for (const key of update.forgotten) scopes?.forgetCgroup(key);
    const nowMs = performance.now();
    if (nowMs - this.#walkedAtMs < WALK_EVERY_MS) return;
    this.#walkedAtMs = nowMs;
    scopes?.walkCgroups(nowMs);
  }

  /** Take all charts out of Netdata's sight; there are no more updates. */
  close(): void {
    this.#stdout.write(this.#open?.updates.renderObsolete() ?? '');
    this.#open = undefined;
  }
}
