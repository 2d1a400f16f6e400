import { type Header, RECORDING_VERSION } from '../../src/recording/header.ts';
import { type Entry, RecordingReader } from '../../src/recording/reader.ts';
import { type Range, ReplayedWindow } from '../../src/recording/replayed-window.ts';
import { RecordingWriter } from '../../src/recording/writer.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { buildFacts, buildPlanFor } from '../builders.ts';
import { buildApp, buildCgroup, buildScopes } from '../netdata/snapshots.ts';
import { buildDiagnosis, buildSnapshot } from '../report/observation.ts';

export const PROGRAM = '1.2.3';

export const BEGAN_MS = Date.UTC(2026, 10, 26, 14, 5, 0, 500);

const facts = buildFacts();
const plan = buildPlanFor({}, 'return', { apps: true, cgroups: true });

export const HEADER: Omit<Header, 'part'> = {
  recording: RECORDING_VERSION,
  program: PROGRAM,
  id: 'a',
  host: 'web1',
  facts: {
    kernel: { release: facts.kernel.release },
    bpftrace: { version: facts.bpftrace.version },
    btf: facts.btf,
    cpus: facts.cpus,
  },
  plan: {
    events: plan.events,
    keying: plan.keying && { by: plan.keying.by },
    warnings: plan.warnings,
    notes: plan.notes,
  },
  wants: { apps: true, cgroups: true },
  notices: ['a warning'],
};

/** What there is after so many seconds: one exec of one program a second, in a cgroup and an app group. */
export function snapshotAt(seconds: number, different: Partial<Snapshot> = {}): Snapshot {
  return {
    ...buildSnapshot({ seconds: 1000 + seconds, counters: { exec: seconds } }),
    wallMs: BEGAN_MS + seconds * 1_000,
    scopes: buildScopes({
      apps: [buildApp('ssh', { exec: seconds }), buildApp('10', {}), buildApp('2', {})],
      cgroups: [buildCgroup('/a.service', { exec: seconds })],
    }),
    diagnosis:
      seconds === 0
        ? null
        : buildDiagnosis({
            forkers: [],
            programs: [
              {
                comm: 'true',
                cgroup: '/a.service',
                execs: 1,
                exited: 0,
                failures: [],
                parents: [],
              },
            ],
            lifetimes: [1, 0, 0, 0, 0, 0, 0],
          }),
    ...different,
  };
}

/** The lines of a recording with these snapshots, and its end. */
export function record(snapshots: readonly Snapshot[]): string[] {
  const writer = new RecordingWriter(HEADER);
  return [
    writer.beginFile(),
    ...snapshots.map((snapshot) => writer.snapshot(snapshot)),
    writer.end({ interrupted: false, command: null }),
  ].map((line) => line.trimEnd());
}

export function read(lines: readonly string[]): Entry[] {
  const reader = new RecordingReader();
  return lines.map((line) => reader.push(line));
}

/** The window of a range of what was recorded. */
export function replay(lines: readonly string[], range: Partial<Range> = {}) {
  const reader = new RecordingReader();
  const window = new ReplayedWindow({ from: undefined, to: undefined, ...range });
  for (const line of lines) if (!window.isOver) window.take(reader.push(line));
  return window.observe(PROGRAM);
}
