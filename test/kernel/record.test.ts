import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Recorder } from '../../src/cli/recorder.ts';
import { readRecording } from '../../src/cli/recording-input.ts';
import { readVersion } from '../../src/cli/version.ts';
import { RecordingReader } from '../../src/recording/reader.ts';
import { ReplayedWindow } from '../../src/recording/replayed-window.ts';
import { reportOf } from '../../src/recording/report-of.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderReportJson, reportSchema } from '../../src/report/report.ts';
import { compile } from '../../src/session/compile.ts';
import { JoinedWindow } from '../../src/session/joined-window.ts';
import { watchParts } from '../../src/session/parts.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { startSession } from '../../src/session/start.ts';
import { buildSettings } from '../builders.ts';
import { CLI, CROWD, PACE, run, STORM } from './run-cli.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'record-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const PART_MS = 250;
const SECONDS = Number(process.env['RECORD_SECONDS'] ?? 5);

/** Record beside storms. @returns What the recorder had in its hands. */
async function recordStorms(file: string) {
  const settings = buildSettings('return', { apps: true, cgroups: true });
  const compiled = await compile(settings, 0, []);
  const recorder = new Recorder(file, 1e9, ['a warning']);
  recorder.open();
  const interrupt = new AbortController().signal;
  const session = await startSession(
    compiled,
    {
      periodMs: PART_MS,
      configDirectories: [],
      command: undefined,
      onNotice: (sentence) => recorder.notice(sentence),
      extent: 'part',
    },
    interrupt,
  );
  const end = new AbortController();
  const storms = makeStorms(end.signal);
  const snapshots: Snapshot[] = [];
  try {
    await recorder.begin(session.compiled);
    await watchParts(
      session,
      {
        partMs: PART_MS,
        periodMs: PART_MS,
        durationSeconds: SECONDS,
        runCommand: undefined,
        interrupt,
      },
      async (snapshot) => {
        snapshots.push(snapshot);
        await recorder.take(snapshot);
      },
    );
    await recorder.end({ interrupted: false, command: null });
  } finally {
    end.abort();
    await storms;
    await session.stop();
    await recorder.close();
  }
  const { facts, plan } = session.compiled;
  return { snapshots, facts, plan, wants: settings, notices: recorder.notices };
}

/** What changes programs, forkers, lifetimes, zombies and failed forks all the time. */
async function makeStorms(end: AbortSignal): Promise<void> {
  while (!end.aborted) {
    await execa(STORM, ['400', '40', '60', '7'], { reject: false });
    await execa('sh', ['-c', 'sleep 0.4 & exec sleep 0.6'], { reject: false });
    await execa(CROWD, ['lives', '50', '10'], { reject: false });
  }
}

async function replay(file: string, fromMs: number, toMs: number): Promise<string> {
  const reader = new RecordingReader();
  const window = new ReplayedWindow({
    from: { at: 'wall', ms: fromMs },
    to: { at: 'wall', ms: toMs },
  });
  for await (const line of readRecording(file, process.stdin, () => undefined)) {
    window.take(reader.push(line));
    if (window.isOver) break;
  }
  return renderReportJson(reportOf(window.observe(readVersion())));
}

test('a replayed window gives byte for byte the report of the live one, ten times at random', async () => {
  const file = join(root, 'storms.gz');
  const { snapshots, ...rest } = await recordStorms(file);
  expect(snapshots.length).toBeGreaterThan((SECONDS * 1000) / PART_MS / 2);
  for (let i = 0; i < 10; i++) {
    const from = Math.floor(Math.random() * (snapshots.length - 1));
    const to = from + 1 + Math.floor(Math.random() * (snapshots.length - from - 1));
    const [open, ...closes] = snapshots.slice(from, to + 1);
    if (open === undefined) throw new Error(`no snapshot ${from}`);
    const joined = new JoinedWindow(open);
    for (const close of closes) joined.add(close);
    const { window } = joined;
    if (window === undefined) throw new Error(`no window of ${from} to ${to}`);
    const live = buildReport({ ...rest, ...window, interrupted: false, command: undefined });
    const replayed = await replay(file, open.wallMs, closes.at(-1)?.wallMs ?? 0);
    expect(replayed, `snapshots ${from} to ${to}`).toBe(renderReportJson(live));
  }
});

test('a command is recorded, and replayed with all that it did', async () => {
  const file = join(root, 'pace.rec');
  const words = ['-o', file, '--every', '0.5', '--format', 'json'];
  const { stdout, stderr, exitCode } = await run(CLI, [
    'record',
    ...words,
    '--',
    PACE,
    'rate',
    '100',
    '2',
  ]);
  expect(exitCode).toBe(0);
  const replayed = await run(CLI, ['replay', file, '--format', 'json']);
  expect(replayed).toMatchObject({ exitCode: 0, stderr: '', stdout });
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.command).toMatchObject({
    exit_code: 0,
    counters: { process_created: 201, exec: 201, process_exited: 201, released: 201 },
  });
  expect(report.diagnosis.programs?.find(({ comm }) => comm === 'exe')?.exec).toBe(200);
  expect(stderr).toContain(`see it with: ebpf-processes replay ${file}`);
  const part = await run(CLI, [
    'replay',
    file,
    '--format',
    'json',
    '--from',
    '+0.5s',
    '--to',
    '+1s',
  ]);
  expect(JSON.parse(part.stdout).system.exec).toBeGreaterThan(30);

  truncateSync(file, readFileSync(file).lastIndexOf('{"n":') + 40);
  const cut = await run(CLI, ['replay', file]);
  expect(cut.exitCode).toBe(0);
  expect(cut.stdout).toContain('the recording has no end');
});
