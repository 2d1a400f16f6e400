import type { Dump, DumpReader } from './dumps.ts';
import type { Line } from './lines.ts';
import { type BpftraceCommand, type BpftraceEnd, BpftraceProcess } from './process.ts';
import type { Limits } from './timeouts.ts';
import { Watchdog } from './watchdog.ts';

/** How one bpftrace went, from start to end. */
export interface RunOutcome extends BpftraceEnd {
  readonly dumps: number;
  /** We ended it: `silent`, because no dump came in time; `garbage`, because what it printed was not its JSON. */
  readonly endedFor: 'silent' | 'garbage' | undefined;
}

/** A bpftrace that runs; `outcome` resolves when it has ended. */
export interface RunningBpftrace {
  readonly pid: number | undefined;
  readonly outcome: Promise<RunOutcome>;
  stop(): Promise<void>;
}

/** Start one bpftrace, hand on its dumps, and end it when they stop coming. */
export function runBpftrace(
  command: BpftraceCommand,
  reader: DumpReader,
  limits: Limits,
  parse: (text: string) => Line,
  onDump: (dump: Dump) => void,
): RunningBpftrace {
  let dumps = 0;
  let endedFor: RunOutcome['endedFor'];
  const brokenBefore = reader.loss.brokenLines;
  const end = (reason: RunOutcome['endedFor']) => {
    endedFor = reason;
    bpftrace.kill();
  };
  const watchdog = new Watchdog(() => end('silent'));
  const bpftrace = new BpftraceProcess(command, (text) => {
    const dump = reader.push(parse(text));
    if (dump !== undefined) {
      dumps += 1;
      watchdog.expectWithin(limits.silenceTimeoutMs);
      onDump(dump);
    } else if (dumps === 0 && reader.loss.brokenLines - brokenBefore > limits.brokenLineBudget) {
      end('garbage');
    }
  });
  watchdog.expectWithin(limits.firstDumpTimeoutMs);
  const outcome = bpftrace.ended.then((how) => {
    watchdog.stop();
    return { ...how, dumps, endedFor };
  });
  return { pid: bpftrace.pid, outcome, stop: () => bpftrace.stop(limits.stopTimeoutMs) };
}
