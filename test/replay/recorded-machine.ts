import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import type { Machine } from '../../src/bpftrace/machine.ts';
import type { TaskBounds } from '../../src/bpftrace/task-bounds.ts';
import { buildBpftrace, buildFacts } from '../builders.ts';
import { fixturePath, readFixture } from '../fixtures.ts';

/** What a session read beside a dump when it was recorded. */
interface Beside {
  readonly kernelNs: number;
  readonly tasks: TaskBounds | null;
  readonly misses: Readonly<Record<string, number>> | null;
}

/** A machine on which nothing is but what was recorded. */
export interface RecordedMachine extends Machine {
  close(): void;
}

/** When the machines were started. */
const BOOTED_AT_MS = Date.UTC(2026, 10, 26);

/**
 * Replay a session that was recorded with one version of bpftrace. The next dump is printed when the one before was taken, and
 * whoever waited for it has gone on: so no test depends on how fast it runs.
 */
export function openRecordedMachine(version: string): RecordedMachine {
  const root = mkdtempSync(`${tmpdir()}/ebpf-processes-replay-`);
  for (const directory of ['proc', 'sys/fs/cgroup']) {
    mkdirSync(`${root}/${directory}`, { recursive: true });
  }
  symlinkSync(fixturePath('bin/fake-bpftrace'), `${root}/replays`);
  execFileSync('mkfifo', [`${root}/output`]);
  // For reading too: else this would wait for the reader.
  const output = openSync(`${root}/output`, 'r+');
  const dumps = readDumps(version);
  const beside = readBeside(version);
  let next = 0;
  let nowNs = 0;
  const printNext = () => {
    const dump = dumps[next];
    next += 1;
    if (dump !== undefined) writeSync(output, dump, null, 'latin1');
  };
  printNext();
  return {
    root,
    readFacts: async () =>
      buildFacts({
        bpftrace: { ...buildBpftrace(version), path: `${root}/replays` },
        btf: version.startsWith('0.11.') ? 'unreadable' : 'readable',
        processes: { sees: 'all', root, problem: undefined },
        cgroups: { kind: 'unified', v2Mount: `${root}/sys/fs/cgroup`, v1Mounts: [] },
      }),
    openClock: () => ({
      wallOffsetNs: 0n,
      nowNs: () => nowNs,
      wallMsAt: (kernelNs) => BOOTED_AT_MS + kernelNs / 1e6,
    }),
    openTaskBounds: () => ({
      at: (kernelNs) => {
        nowNs = kernelNs;
        setImmediate(printNext);
        return beside.get(kernelNs)?.tasks ?? undefined;
      },
      stop: () => undefined,
    }),
    openMisses: () => ({
      read: () => {
        const misses = beside.get(nowNs)?.misses;
        return misses === null || misses === undefined
          ? undefined
          : new Map(Object.entries(misses));
      },
    }),
    readBpftraceUsage: () => undefined,
    readNodeUsage: () => ({ cpuMs: 0, residentBytes: 0 }),
    selfTestEvents: { runTrue: async () => undefined, causeFailedFork: async () => undefined },
    close: () => {
      closeSync(output);
      rmSync(root, { recursive: true });
    },
  };
}

/** The stream, cut behind each dump. */
function readDumps(version: string): string[] {
  const text = readFixture(`streams/${version}-session.ndjson`);
  return text.split(/(?<="end \d+\\n"}\n)/);
}

function readBeside(version: string): Map<number, Beside> {
  const lines = readFixture(`streams/${version}-session.beside.ndjson`).trimEnd().split('\n');
  const all = lines.map((line): Beside => JSON.parse(line));
  return new Map(all.map((reading) => [reading.kernelNs, reading]));
}
