import { writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Totals } from '../../counters/totals.ts';
import { UserError } from '../../errors.ts';
import { buildReport } from '../../report/build-report.ts';
import { type Report, renderReportJson } from '../../report/report.ts';
import { attribute, type WatchAttribution } from '../../session/attribute.ts';
import { type Compiled, compile } from '../../session/compile.ts';
import { Investigation } from '../../session/investigation.ts';
import { PendingReleases } from '../../session/pending-releases.ts';
import { Watch } from '../../session/session.ts';
import { startWatch, type WatchParts } from '../../session/start.ts';
import type { Settings } from '../../settings/settings.ts';
import { assertCommandExists, type CommandEnd, startCommand } from '../command.ts';
import { Interrupt } from '../interrupt.ts';
import { assertOutputOpen, writeAll } from '../output-stream.ts';
import { openProgress } from '../progress.ts';

/** Dumps come often, so that a window closes soon after what it watches. */
const PERIOD_MS = 100;

/** After an interrupt the next dump closes the window; if it does not come, the last one does. */
const GIVE_UP_MS = 500;

export interface OnceOptions {
  readonly settings: Settings;
  /** Where `apps_groups.conf` is looked for. */
  readonly configDirectories: readonly string[];
  readonly durationSeconds: number;
  readonly format: 'table' | 'json';
  /** How many scopes of each kind the page shows. */
  readonly top: number;
  /** File for the report instead of standard output. */
  readonly outputFile: string | undefined;
  /** The command to watch; empty for a fixed time. */
  readonly command: readonly string[];
}

/**
 * Watch the machine for a time, or while a command runs, and print what happened.
 *
 * @returns The exit code: the command's, or 0.
 */
export async function runOnce(options: OnceOptions, io: NodeJS.Process): Promise<number> {
  if (options.outputFile === undefined) assertOutputOpen(io.env);
  assertCommandExists(options.command, io.env['PATH'] ?? '');
  const compiled = await compile(options.settings, io.geteuid?.() ?? 0, options.configDirectories);
  const interrupt = new Interrupt(io);
  let opened: OnceParts | undefined;
  const open = (next: Compiled): OnceParts => {
    opened = openParts(next, options);
    const { watch } = opened;
    interrupt.handle(() => watch.abort(interruptedTooEarly()));
    return opened;
  };
  try {
    const report = await observe(options, compiled, open, interrupt, io);
    await publish(report, options, io);
    return report.command?.exit_code ?? 0;
  } finally {
    interrupt.stop();
    await opened?.close();
  }
}

interface OnceParts extends WatchParts {
  readonly attribution: WatchAttribution | undefined;
  readonly investigation: Investigation;
  readonly notices: readonly string[];
}

function openParts(compiled: Compiled, options: OnceOptions): OnceParts {
  const investigation = new Investigation();
  const attribution = attribute(
    compiled.plan,
    compiled.facts.cgroups,
    options.configDirectories,
    options.command,
    (key, count, nowMs) => investigation.take(key, count, nowMs),
  );
  const notices = [...(attribution?.problems ?? [])];
  const watch = new Watch(compiled, {
    periodMs: PERIOD_MS,
    attributor: attribution?.attributor,
    onNotice: (sentence) => notices.push(sentence),
  });
  return {
    compiled,
    watch,
    attribution,
    investigation,
    notices,
    close: async () => {
      await watch.stop();
      attribution?.commandCgroup?.remove();
    },
  };
}

async function observe(
  options: OnceOptions,
  first: Compiled,
  openWatch: (compiled: Compiled) => OnceParts,
  interrupt: Interrupt,
  io: NodeJS.Process,
): Promise<Report> {
  const progress = await openProgress(io.stderr, options.command.length === 0);
  try {
    progress.say('attaching');
    const parts = await startWatch(first, openWatch);
    const { compiled, watch, attribution, investigation, notices } = parts;
    const open = watch.latest;
    attribution?.attributor.reset();
    investigation.open();
    interrupt.handle(() => setTimeout(() => watch.wake(), GIVE_UP_MS).unref());
    const openedAtMs = Date.now() - (watch.clock.nowNs() - open.kernelNs) / 1e6;
    const lossAtOpen = watch.loss;
    const pending = new PendingReleases(
      watch,
      open,
      investigation.unreapedAtOpen,
      attribution?.attributor,
    );
    const commandEnd = await followCommand(options, attribution, interrupt);
    const untilNs =
      commandEnd === undefined
        ? // Dumps come a few milliseconds early or late; the nearest one ends the time.
          open.kernelNs + options.durationSeconds * 1e9 - (PERIOD_MS * 1e6) / 2
        : watch.clock.nowNs();
    await waitUntil(watch, untilNs, interrupt, () =>
      progress.say(describe(open, watch.latest, options.durationSeconds)),
    );
    const close = watch.latest;
    attribution?.attributor.close();
    investigation.close();
    const lossAtClose = watch.loss;
    const interrupted = interrupt.happened;
    if (commandEnd !== undefined) await pending.settle(() => interrupt.happened);
    // Before bpftrace is stopped: a dump that came meanwhile would be in the parts and not in the whole.
    const report = buildReport({
      ...compiled,
      open,
      close,
      settled: watch.latest,
      unseenReleases: commandEnd === undefined ? null : pending.unseen,
      unreleased:
        commandEnd === undefined ? null : pending.countUnreleased(attribution?.commandScope),
      lossAtOpen,
      lossAtClose,
      openedAtMs,
      interrupted,
      notices,
      wants: options.settings,
      attributor: attribution?.attributor,
      refusals: investigation.refusals,
      blame: investigation.blame(attribution),
      command: commandEnd && {
        argv: options.command,
        ...commandEnd,
        scope: attribution?.commandScope,
        hasCgroup: attribution?.commandCgroup !== undefined,
      },
    });
    await watch.stop();
    return report;
  } finally {
    progress.end();
  }
}

async function followCommand(
  { command, outputFile }: OnceOptions,
  attribution: WatchAttribution | undefined,
  interrupt: Interrupt,
): Promise<CommandEnd | undefined> {
  if (command.length === 0) return undefined;
  const start = () => startCommand(command, outputFile === undefined ? 2 : 1);
  const watched = attribution?.commandCgroup?.startInside(start) ?? start();
  attribution?.setCommandPid(watched.pid ?? 0);
  interrupt.forwardTo(watched);
  const end = await watched.ended;
  interrupt.forwardTo(undefined);
  return end;
}

/** Wait for a sample at or after a time of the kernel's clock; no longer after an interrupt. */
async function waitUntil(
  watch: Watch,
  untilNs: number,
  interrupt: Interrupt,
  onSample: () => void,
): Promise<void> {
  do {
    await watch.nextSample();
    onSample();
  } while (watch.latest.kernelNs < untilNs && !interrupt.happened);
}

function interruptedTooEarly(): UserError {
  return new UserError('INTERRUPTED', 'interrupted before anything was counted', { exitCode: 130 });
}

async function publish(
  report: Report,
  { format, outputFile, top }: OnceOptions,
  io: NodeJS.Process,
): Promise<void> {
  const text =
    format === 'json'
      ? renderReportJson(report)
      : await renderForPerson(report, top, io, outputFile);
  if (outputFile === undefined) await writeAll(io.stdout, text);
  else writeFileSync(outputFile, text);
}

async function renderForPerson(
  report: Report,
  top: number,
  io: NodeJS.Process,
  outputFile: string | undefined,
): Promise<string> {
  const { renderPage } = await import('../../report/page.ts');
  const style = (format: 'bold' | 'dim' | 'yellow' | 'red', text: string) =>
    outputFile === undefined ? styleText(format, text, { stream: io.stdout }) : text;
  return renderPage(report, style, top);
}

function describe(open: Totals, sample: Totals, durationSeconds: number): string {
  const seconds = ((sample.kernelNs - open.kernelNs) / 1e9).toFixed(0);
  const created = sample.tasksCreated - open.tasksCreated;
  return `watching: ${seconds} of ${durationSeconds} s, ${created} tasks created; Ctrl-C ends it early`;
}
