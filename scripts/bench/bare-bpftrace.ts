import { BpftraceProcess } from '../../src/tracer/bpftrace-process.ts';
import { LIMITS } from '../../src/tracer/limits.ts';
import type { Target } from './context.ts';

/** A bpftrace with nothing of ours around it. */
export interface BareBpftrace {
  readonly pid: number;
  /** From its start to the end of its first frame. */
  readonly firstFrameMs: number;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Start bpftrace and wait until it has printed the end of a frame. If we die, its next print ends it.
 *
 * @param periodMs - Time from one frame to the next, `$2` of the program.
 */
export async function startBareBpftrace(
  target: Target,
  programText: string,
  periodMs: number,
): Promise<BareBpftrace> {
  const startedAtMs = performance.now();
  let onFrame: (ms: number) => void = () => undefined;
  const firstFrame = new Promise<number>((resolve) => {
    onFrame = resolve;
  });
  const bpftrace = new BpftraceProcess(
    {
      bpftracePath: target.path,
      privilege: 'root',
      programText,
      mapKeys: undefined,
      namesRawTracepoints: false,
      parameters: ['0', String(periodMs * 1_000_000)],
    },
    (line) => line.includes('"end ') && onFrame(performance.now() - startedAtMs),
  );
  const giveUp = setTimeout(() => bpftrace.kill(), LIMITS.firstFrameTimeoutMs);
  const first = await Promise.race([firstFrame, bpftrace.ended]);
  clearTimeout(giveUp);
  if (typeof first !== 'number') throw new Error(`${first.how}: ${first.stderr.trim()}`);
  return {
    pid: bpftrace.pid ?? 0,
    firstFrameMs: first,
    stop: () => bpftrace.stop(LIMITS.stopTimeoutMs),
  };
}
