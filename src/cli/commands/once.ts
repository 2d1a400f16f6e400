import { type Machine, THIS_MACHINE } from '../../bpftrace/machine.ts';
import { countCreated } from '../../counters/counters.ts';
import type { Timeline } from '../../diagnosis/timeline.ts';
import { buildReport } from '../../report/build-report.ts';
import type { Report } from '../../report/report.ts';
import type { InstalledNetdata } from '../../scopes/apps/read-app-groups.ts';
import type { Wanted } from '../../scopes/narrow/wanted.ts';
import { compile } from '../../session/compile.ts';
import { assertNarrowable } from '../../session/narrowable.ts';
import type { Session } from '../../session/session.ts';
import type { Snapshot } from '../../session/snapshot.ts';
import { startSession } from '../../session/start.ts';
import { closeWindowAfter, closeWindowAt, openWindow } from '../../session/window.ts';
import type { Settings } from '../../settings/settings.ts';
import { assertCommandExists } from '../command/find-command.ts';
import { type CommandLine, followCommand } from '../command/follow-command.ts';
import { Interrupt } from '../command/interrupt.ts';
import { sayingWhatFor } from '../command/saying-what-for.ts';
import { chooseUser, type UserWish } from '../command/user.ts';
import { openCostMeter } from '../cost-meter.ts';
import { openProgress, type Progress } from '../progress.ts';
import { type ReportView, renderReport } from '../render-report.ts';
import { openReportOutput, type ReportOutput } from '../report-output.ts';

/** Dumps come often, so that a window closes soon after what it watches. */
const PERIOD_MS = 100;

export interface OnceOptions extends ReportView {
  readonly settings: Settings;
  /** What is wrong in the files that settings come from, for the report. */
  readonly warnings: readonly string[];
  /** Where `apps_groups.conf` is looked for. */
  readonly configDirectories: readonly string[];
  /** The Netdata as which it is read. */
  readonly netdata?: InstalledNetdata;
  readonly durationSeconds: number;
  /** The command to watch; empty for a fixed time. */
  readonly command: readonly string[];
  /** Say what watching cost. */
  readonly tellsCost?: boolean;
  /** Whom the command runs as. */
  readonly userWish: UserWish;
  /** What the report is narrowed to; absent for everything. */
  readonly wanted?: Wanted | undefined;
}

/**
 * Watch the machine for a time, or while a command runs, and print what happened.
 *
 * @returns The exit code: the command's, or 0.
 */
export async function runOnce(
  options: OnceOptions,
  io: NodeJS.Process,
  machine: Machine = THIS_MACHINE,
): Promise<number> {
  const command = await prepareCommand(options, io);
  const stream = options.format === 'stat' ? 'stderr' : 'stdout';
  const output = openReportOutput(options.outputFile, io, stream);
  try {
    return await watch(options, command, output, io, machine);
  } finally {
    output.close();
  }
}

/** Find out whom the command runs as, and whether it can, before anything is attached. */
export async function prepareCommand(
  {
    command: argv,
    userWish,
    outputFile,
    format,
  }: Pick<OnceOptions, 'command' | 'userWish' | 'outputFile'> & { readonly format: string },
  io: NodeJS.Process,
): Promise<CommandLine | undefined> {
  if (argv.length === 0) return undefined;
  const user = await chooseUser(userWish, io.env, io.geteuid?.() ?? 0);
  await assertCommandExists(argv, io.env['PATH'] ?? '', user);
  // Where our page goes elsewhere, its standard output is its own.
  const isAlone = outputFile !== undefined || format === 'stat';
  return { argv, user, stdoutFd: isAlone ? 1 : 2 };
}

async function watch(
  options: OnceOptions,
  command: CommandLine | undefined,
  output: ReportOutput,
  io: NodeJS.Process,
  machine: Machine,
): Promise<number> {
  const { settings, configDirectories, netdata, wanted } = options;
  const compiled = await compile(
    settings,
    io.geteuid?.() ?? 0,
    configDirectories,
    machine,
    command !== undefined,
    wanted?.user !== undefined,
  );
  if (wanted !== undefined) assertNarrowable(compiled, wanted);
  const interrupt = new Interrupt(io);
  const meter = options.tellsCost ? openCostMeter(io) : undefined;
  const progress = await openProgress(io.stderr, command === undefined);
  const notices = [...options.warnings];
  let session: Session | undefined;
  try {
    progress.say('attaching');
    session = await startSession(
      compiled,
      {
        periodMs: PERIOD_MS,
        configDirectories,
        netdata,
        command: command && { file: command.argv[0] ?? '', launcher: command.user?.launcher },
        wanted,
        onNotice: (sentence) => notices.push(sentence),
        machine,
      },
      interrupt.signal,
    );
    await meter?.begin(session);
    // Loaded while nobody waits for it; what fails is told where it is needed.
    if (options.format === 'table') import('../../report/page.ts').catch(() => undefined);
    if (options.format === 'html') import('../../report/html/document.ts').catch(() => undefined);
    const { report, timeline } = await observe(
      options,
      command,
      session,
      interrupt,
      notices,
      progress,
      io,
    );
    progress.end();
    await meter?.tell(session);
    // Ending bpftrace takes up to 0.4 s: the page is there before.
    const stopped = session.stop();
    await output.write(await renderReport(report, timeline, options, io));
    await stopped;
    return report.command?.exit_code ?? 0;
  } finally {
    progress.end();
    meter?.close();
    interrupt.stop();
    await session?.stop();
  }
}

async function observe(
  options: OnceOptions,
  command: CommandLine | undefined,
  session: Session,
  interrupt: Interrupt,
  notices: readonly string[],
  progress: Progress,
  io: NodeJS.Process,
): Promise<{ readonly report: Report; readonly timeline: Timeline | null }> {
  const open = await openWindow(session, interrupt.signal);
  const commandEnd = command && (await followCommand(command, session, interrupt, io));
  const close =
    commandEnd === undefined
      ? await closeWindowAt(
          session,
          open.totals.kernelNs + options.durationSeconds * 1e9,
          PERIOD_MS,
          interrupt.signal,
          (snapshot) => progress.say(describe(open, snapshot, options.durationSeconds)),
        )
      : await sayingWhatFor(command?.argv[0], session, io, () =>
          closeWindowAfter(session, open, session.clock.nowNs(), interrupt.signal),
        );
  const report = buildReport({
    ...session.compiled,
    open,
    close,
    interrupted: interrupt.signal.aborted,
    notices,
    wants: options.settings,
    wanted: options.wanted,
    command: command &&
      commandEnd && {
        argv: command.argv,
        user: command.user?.name ?? null,
        ...commandEnd,
        noCgroup: session.scopes?.command?.noCgroup,
      },
  });
  return { report, timeline: close.diagnosis?.timeline ?? null };
}

function describe(open: Snapshot, now: Snapshot, durationSeconds: number): string {
  const seconds = ((now.totals.kernelNs - open.totals.kernelNs) / 1e9).toFixed(0);
  const created =
    (countCreated(now.totals.counters) ?? 0) - (countCreated(open.totals.counters) ?? 0);
  return `watching: ${seconds} of ${durationSeconds} s, ${created} tasks created; Ctrl-C ends it early`;
}
