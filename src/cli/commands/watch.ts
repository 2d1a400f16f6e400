import { type Machine, THIS_MACHINE } from '../../bpftrace/machine.ts';
import { buildReport } from '../../report/build-report.ts';
import type { InstalledNetdata } from '../../scopes/apps/read-app-groups.ts';
import type { Wanted } from '../../scopes/narrow/wanted.ts';
import { compile } from '../../session/compile.ts';
import { periodOf, watchIntervals } from '../../session/intervals.ts';
import { assertNarrowable } from '../../session/narrowable.ts';
import { RecentWindows } from '../../session/recent-windows.ts';
import type { Session } from '../../session/session.ts';
import type { Window } from '../../session/snapshot.ts';
import { startSession } from '../../session/start.ts';
import type { Settings } from '../../settings/settings.ts';
import { toPoint } from '../../watch/update.ts';
import { Interrupt } from '../command/interrupt.ts';
import { openCostMeter } from '../cost-meter.ts';
import { assertOutputOpen } from '../output-stream.ts';
import { openProgress } from '../progress.ts';
import type { WatchFormat, WatchView } from './watch-view.ts';

/** What stands on a screen is of at least so long: one second shows neither a crash loop nor a leak of zombies. */
const RECENT_MS = 10_000;

export interface WatchOptions {
  readonly settings: Settings;
  /** What is wrong in the files that settings come from. */
  readonly warnings: readonly string[];
  /** Where `apps_groups.conf` is looked for. */
  readonly configDirectories: readonly string[];
  /** The Netdata as which it is read. */
  readonly netdata: InstalledNetdata;
  readonly intervalSeconds: number;
  /** How many intervals; `undefined` for no end. */
  readonly count: number | undefined;
  readonly format: WatchFormat;
  /** What the view is narrowed to; `undefined` for everything. */
  readonly wanted: Wanted | undefined;
  /** Say at the end what watching cost. */
  readonly tellsCost: boolean;
}

/** Why a watch ends that the user has quit. */
const QUIT = new Error('quit');

/**
 * Watch the machine, and show what happens after each interval, until told to end.
 *
 * @returns The exit code.
 */
export async function runWatch(
  options: WatchOptions,
  io: NodeJS.Process,
  machine: Machine = THIS_MACHINE,
): Promise<number> {
  const { settings, configDirectories, netdata, intervalSeconds, format, wanted } = options;
  assertOutputOpen(io.env);
  const compiled = await compile(
    settings,
    io.geteuid?.() ?? 0,
    configDirectories,
    machine,
    false,
    wanted?.user !== undefined,
  );
  if (wanted !== undefined) assertNarrowable(compiled, wanted);
  const interrupt = new Interrupt(io);
  const end = new AbortController();
  interrupt.signal.addEventListener('abort', () => end.abort(interrupt.signal.reason));
  const meter = options.tellsCost ? openCostMeter(io) : undefined;
  const progress = await openProgress(io.stderr, true);
  const notices = [...options.warnings];
  let session: Session | undefined;
  let view: WatchView | undefined;
  try {
    progress.say('attaching');
    session = await startSession(
      compiled,
      {
        periodMs: periodOf(intervalSeconds * 1_000),
        configDirectories,
        netdata,
        command: undefined,
        wanted,
        onNotice: (sentence) => {
          if (view === undefined) notices.push(sentence);
          else view.say(sentence);
        },
        // Only parts can be put together.
        extent: format === 'screen' ? 'part' : 'page',
        machine,
      },
      end.signal,
    );
    await meter?.begin(session);
    progress.end();
    view = await openView(format, io, intervalSeconds, () => end.abort(QUIT));
    for (const notice of [...notices, ...session.compiled.plan.warnings]) view.say(notice);
    await observe(options, session, view, end.signal);
    view.close();
    await meter?.tell(session);
    return 0;
  } catch (error) {
    if (error === QUIT) return 0;
    throw error;
  } finally {
    progress.end();
    view?.close();
    meter?.close();
    interrupt.stop();
    await session?.stop();
  }
}

async function observe(
  { settings, intervalSeconds, count, format, wanted }: WatchOptions,
  session: Session,
  view: WatchView,
  end: AbortSignal,
): Promise<void> {
  const recent = new RecentWindows(RECENT_MS);
  const build = (window: Window) =>
    buildReport({
      ...session.compiled,
      ...window,
      interrupted: false,
      notices: [],
      wants: settings,
      wanted,
      command: undefined,
    });
  let shown = 0;
  for await (const window of watchIntervals(session, intervalSeconds * 1_000, end)) {
    const report = build(format === 'screen' ? recent.add(window) : window);
    await view.show({ point: toPoint(window), report });
    shown += 1;
    if (shown === count) return;
  }
}

/** Only what is needed is loaded. */
export async function openView(
  format: WatchFormat,
  io: NodeJS.Process,
  intervalSeconds: number,
  onQuit: () => void,
): Promise<WatchView> {
  if (format === 'screen') {
    const { ScreenView } = await import('./watch-screen.ts');
    return new ScreenView(io, intervalSeconds, onQuit);
  }
  const { LineView } = await import('./watch-lines.ts');
  return new LineView(io, format);
}
