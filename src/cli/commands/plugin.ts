import { type Machine, THIS_MACHINE } from '../../bpftrace/machine.ts';
import { UserError } from '../../errors.ts';
import { renderFunctions } from '../../netdata/functions/functions.ts';
import { describeAttached } from '../../report/attached-line.ts';
import { compile } from '../../session/compile.ts';
import type { Session } from '../../session/session.ts';
import type { Snapshot } from '../../session/snapshot.ts';
import { startSession } from '../../session/start.ts';
import { describeInstead } from '../../settings/configuration.ts';
import type { Configured } from '../configure.ts';
import { Lifetime } from '../lifetime.ts';
import { type Log, openLog } from '../log/log.ts';
import { PluginControl } from '../plugin-control.ts';
import { listenForEnd } from '../plugin-end.ts';
import { PluginFunctions } from '../plugin-functions.ts';
import { Publisher } from '../plugin-publisher.ts';
import { describeForLog, untilStarted } from '../plugin-start.ts';

/** One dump a second, whatever the update every: it is also what keeps an orphaned bpftrace from living on. */
const PERIOD_MS = 1_000;

/**
 * An empty line means nothing to Netdata. Written this often it tells us soon when nobody reads any more, and tells
 * Netdata, which gives up on a plugin after 120 s of silence, that we are there.
 */
const KEEP_ALIVE_MS = 400;

/**
 * Speak plugins.d on standard output until told to end, or until the lifetime that the command line gives is over. Functions
 * can end that sooner, and start it again.
 *
 * @returns The exit code: 0 when told to end or at the end of the lifetime; 1 on what no other start can mend, after `DISABLE`.
 */
export async function runPlugin(
  configured: Configured,
  io: NodeJS.Process,
  machine: Machine = THIS_MACHINE,
): Promise<number> {
  // Nobody is there to mend a file: what is wrong is told, and the charts are there without it.
  const log = openLog(io);
  for (const problem of configured.problems) log('error', describeInstead(problem, configured));
  const { settings } = configured;
  const lifetime = new Lifetime();
  let session: Session | undefined;
  const nowNs = () => session?.latest.totals.kernelNs ?? 0;
  const seconds = settings.onRequest ? 0 : lifetimeOf(configured);
  const control = new PluginControl(lifetime, seconds, settings.lifetimeSeconds, nowNs);
  const functions = new PluginFunctions(control, settings);
  const answer = async (line: string) => io.stdout.write((await functions.take(line)) ?? '');
  const end = listenForEnd(io, answer);
  const keepAlive = setInterval(() => io.stdout.write('\n'), KEEP_ALIVE_MS);
  const publisher = new Publisher({
    settings,
    stdout: io.stdout,
    isMonitored: io.env['NETDATA_INTERNALS_MONITORING'] !== 'NO',
    lifetime,
  });
  io.stdout.write(renderFunctions(io.env['NETDATA_VERSION']));
  try {
    do {
      await control.untilEnabled(end.signal);
      session = await untilStarted(
        () => start(configured, publisher, end.signal, log, io, machine),
        (sentence) => log('error', sentence),
        end.signal,
      );
      control.begin();
      functions.use(session);
      publisher.open(session);
      await outlive(session, lifetime);
      publisher.close();
      functions.use(undefined);
      control.end();
      await session.stop();
    } while (control.isByRequest);
    // Netdata would start a plugin again that ended well.
    io.stdout.write('DISABLE\n');
    return 0;
  } catch (error) {
    if (end.signal.aborted) return 0;
    if (!(error instanceof UserError)) throw error;
    log('error', describeForLog(error));
    io.stdout.write('DISABLE\n');
    return 1;
  } finally {
    clearInterval(keepAlive);
    functions.use(undefined);
    await session?.stop();
    end.stop();
  }
}

/** Start to count and to publish. @throws What `signal` was aborted with, then and at any time later. */
async function start(
  { settings, directories, netdata, updateEvery }: Configured,
  publisher: Publisher,
  signal: AbortSignal,
  log: Log,
  io: NodeJS.Process,
  machine: Machine,
): Promise<Session> {
  const compiling = compile(settings, io.geteuid?.() ?? 0, directories, machine, false, false, [
    'launcher',
  ]);
  const compiled = await unlessAborted(compiling, signal);
  const options = {
    periodMs: PERIOD_MS,
    configDirectories: directories,
    netdata,
    command: undefined,
    onSnapshot: (snapshot: Snapshot) => publisher.take(snapshot),
    onNotice: (sentence: string) => log('error', sentence),
    machine,
  };
  const session = await startSession(compiled, options, signal);
  signal.addEventListener('abort', () => session.abort(signal.reason));
  if (signal.aborted) session.abort(signal.reason);
  const { plan, facts } = session.compiled;
  log('info', `bpftrace ${facts.bpftrace.version} ${describeAttached(plan)}; ${updateEvery}`);
  const { warnings, notes } = plan;
  for (const warning of warnings) log('error', warning);
  for (const note of notes) log('info', note);
  return session;
}

/** Seconds that the plugin runs: the lifetime of a file is no end for one that Netdata has started. */
function lifetimeOf({ settings, origins }: Configured): number {
  return origins.lifetimeSeconds.kind === 'flag'
    ? settings.lifetimeSeconds
    : Number.POSITIVE_INFINITY;
}

/** Resolves at the end of the lifetime. @throws UserError when bpftrace has failed for good. */
async function outlive(session: Session, lifetime: Lifetime): Promise<void> {
  while (!lifetime.isOver(session.latest.totals.kernelNs)) await session.next();
}

function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}
