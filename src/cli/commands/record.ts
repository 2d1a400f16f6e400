import { type Machine, THIS_MACHINE } from '../../bpftrace/machine.ts';
import type { CommandObservation } from '../../report/build-command.ts';
import { buildReport } from '../../report/build-report.ts';
import { compile } from '../../session/compile.ts';
import { periodOf } from '../../session/intervals.ts';
import { JoinedWindow } from '../../session/joined-window.ts';
import { watchParts } from '../../session/parts.ts';
import type { Session } from '../../session/session.ts';
import { startSession } from '../../session/start.ts';
import { type CommandLine, followCommand } from '../command/follow-command.ts';
import { Interrupt } from '../command/interrupt.ts';
import { writeAll } from '../output-stream.ts';
import { openProgress, type Progress } from '../progress.ts';
import { Recorder } from '../recorder.ts';
import { type ReportView, renderReport } from '../render-report.ts';
import { type OnceOptions, prepareCommand } from './once.ts';

/** With a command, dumps come often, so that the window closes soon after its end. */
const COMMAND_PERIOD_MS = 100;

export interface RecordOptions extends Omit<OnceOptions, keyof ReportView | 'tellsCost'> {
  /** The file of the recording; `-` for standard output. */
  readonly file: string;
  /** How long each part of the recording is: a window can begin and end where one does. */
  readonly partMs: number;
  /** Bytes that the recording may take. */
  readonly mostBytes: number;
  /** Print the report of the whole time at the end. */
  readonly format: 'none' | ReportView['format'];
}

/** What one recording is made with. */
interface Recording {
  readonly recorder: Recorder;
  readonly session: Session;
  readonly command: CommandLine | undefined;
  readonly periodMs: number;
  readonly interrupt: Interrupt;
  readonly progress: Progress;
  readonly io: NodeJS.Process;
}

/**
 * Watch the machine for a time, or while a command runs, and record what happened.
 *
 * @returns The exit code: the command's, or 0.
 */
export async function runRecord(
  options: RecordOptions,
  io: NodeJS.Process,
  machine: Machine = THIS_MACHINE,
): Promise<number> {
  // Standard output is the command's, unless it holds the report or the recording.
  const isTaken = options.format !== 'none' || options.file === '-';
  const command = await prepareCommand(
    { ...options, outputFile: isTaken ? undefined : options.file },
    io,
  );
  const recorder = new Recorder(options.file, options.mostBytes, options.warnings, io.stdout);
  recorder.open();
  const interrupt = new Interrupt(io);
  const progress = await openProgress(io.stderr, command === undefined);
  try {
    progress.say('attaching');
    const compiled = await compile(
      options.settings,
      io.geteuid?.() ?? 0,
      options.configDirectories,
      machine,
      command !== undefined,
    );
    const periodMs = command === undefined ? periodOf(options.partMs) : COMMAND_PERIOD_MS;
    const session = await startSession(
      compiled,
      {
        periodMs,
        configDirectories: options.configDirectories,
        netdata: options.netdata,
        command: command && { file: command.argv[0] ?? '', launcher: command.user?.launcher },
        onNotice: (sentence) => recorder.notice(sentence),
        extent: 'part',
        machine,
      },
      interrupt.signal,
    );
    try {
      const all = { recorder, session, command, periodMs, interrupt, progress, io };
      return await record(options, all);
    } finally {
      progress.end();
      await session.stop();
    }
  } finally {
    progress.end();
    interrupt.stop();
    await recorder.close();
  }
}

async function record(
  options: RecordOptions,
  { recorder, session, command, periodMs, interrupt, progress, io }: Recording,
): Promise<number> {
  await recorder.begin(session.compiled);
  let observed: CommandObservation | undefined;
  const runCommand = async (line: CommandLine) => {
    const end = await followCommand(line, session, interrupt, io);
    const noCgroup = session.scopes?.command?.noCgroup;
    observed = { argv: line.argv, user: line.user?.name ?? null, ...end, noCgroup };
  };
  const { signal } = interrupt;
  let whole: JoinedWindow | undefined;
  await watchParts(
    session,
    {
      partMs: options.partMs,
      periodMs,
      durationSeconds: options.durationSeconds,
      runCommand: command && (() => runCommand(command)),
      interrupt: signal,
    },
    async (snapshot) => {
      if (whole === undefined) whole = new JoinedWindow(snapshot);
      else whole.add(snapshot);
      await recorder.take(snapshot);
      progress.say(`recording: ${recorder.seconds.toFixed(0)} s; Ctrl-C ends it`);
    },
  );
  await recorder.end({ interrupted: signal.aborted, command: observed ?? null });
  progress.end();
  io.stderr.write(`ebpf-processes: ${recorder.summary}\n`);
  const window = whole?.window;
  if (options.format !== 'none' && window !== undefined) {
    const report = buildReport({
      ...session.compiled,
      ...window,
      interrupted: signal.aborted,
      notices: recorder.notices,
      wants: options.settings,
      command: observed,
    });
    const timeline = window.close.diagnosis?.timeline ?? null;
    const view = { format: options.format, top: 5, isVerbose: false, outputFile: undefined };
    await writeAll(io.stdout, await renderReport(report, timeline, view, io));
  }
  return observed?.exitCode ?? 0;
}
