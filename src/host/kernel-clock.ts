import { readFileSync } from 'node:fs';
import { type HostFacts, isAtLeast } from './facts.ts';
import type { TimeOffsets } from './views/suspended-time.ts';

/** The clock of `nsecs` in a bpftrace program, read from outside of it. In nanoseconds since boot. */
export interface KernelClock {
  /** What to add to it for wall clock time, in nanoseconds. */
  readonly wallOffsetNs: bigint;
  nowNs(): number;
  /** The wall clock time at a moment of this clock, in milliseconds since 1970. */
  wallMsAt(kernelNs: number): number;
}

/** The clocks that this one is computed from. */
export interface ClockSources {
  /** The time since boot without suspend. */
  monotonicNs(): bigint;
  /** The time since boot with suspend, which moves in steps of 10 ms; `undefined` where it cannot be had. */
  readonly uptimeNs: (() => bigint) | undefined;
  wallMs(): number;
  /** How far the two times since boot are ahead of the kernel's own, in a time namespace. */
  readonly namespaceNs: TimeOffsets;
}

/** Below this, uptime and the monotonic clock tell the same time within the steps of uptime: no suspend so far. */
const NEVER_SUSPENDED_NS = 25_000_000n;

/** A step takes 10 ms; this is waited for one on a busy machine. */
const LONGEST_STEP_NS = 1_000_000_000n;

/** No machine sleeps and wakes within this time. */
const SHORTEST_SUSPEND_MS = 100;

/** `nsecs` is the time since boot, suspend included, from bpftrace 0.12 on Linux 5.8; before, without suspend. */
export function readKernelClock(facts: HostFacts): KernelClock {
  const countsSuspend = isAtLeast(facts.bpftrace, 0, 12) && isAtLeast(facts.kernel, 5, 8);
  return openKernelClock(countsSuspend, {
    monotonicNs: () => process.hrtime.bigint(),
    uptimeNs: openUptime(facts.suspendedTime),
    wallMs: () => Date.now(),
    namespaceNs: facts.timeOffsets,
  });
}

/** @param countsSuspend - Whether the time that a machine is suspended is part of `nsecs`. */
export function openKernelClock(countsSuspend: boolean, sources: ClockSources): KernelClock {
  const { monotonicNs, wallMs, namespaceNs } = sources;
  let suspendedNs = countsSuspend ? readSuspendedNs(sources) : 0n;
  const readAheadMs = (monotonic: bigint) => wallMs() - Number(monotonic) / 1e6;
  let aheadMs = readAheadMs(monotonicNs());
  const now = () => {
    const monotonic = monotonicNs();
    const nextAheadMs = readAheadMs(monotonic);
    // The wall clock goes on while the machine is suspended. It is also set now and then; then nothing changes.
    if (countsSuspend && Math.abs(nextAheadMs - aheadMs) >= SHORTEST_SUSPEND_MS) {
      aheadMs = nextAheadMs;
      suspendedNs = readSuspendedNs(sources);
      return monotonicNs() - namespaceNs.monotonic + suspendedNs;
    }
    return monotonic - namespaceNs.monotonic + suspendedNs;
  };
  return {
    wallOffsetNs: BigInt(wallMs()) * 1_000_000n - now(),
    nowNs: () => Number(now()),
    wallMsAt: (kernelNs) => wallMs() - (Number(now()) - kernelNs) / 1e6,
  };
}

/**
 * /proc/uptime moves in steps of 10 ms, and is exact in the moment of a step: wait for the next one. A file that does not
 * move within some steps is not the kernel's, and says nothing.
 */
function readSuspendedNs({ monotonicNs, uptimeNs, namespaceNs }: ClockSources): bigint {
  if (uptimeNs === undefined) return 0n;
  const first = uptimeNs();
  const giveUpNs = monotonicNs() + LONGEST_STEP_NS;
  let uptime = first;
  while (uptime === first) {
    if (monotonicNs() > giveUpNs) return 0n;
    uptime = uptimeNs();
  }
  const suspended = uptime - namespaceNs.boottime - (monotonicNs() - namespaceNs.monotonic);
  return suspended > NEVER_SUSPENDED_NS ? suspended : 0n;
}

function openUptime(suspended: HostFacts['suspendedTime']): ClockSources['uptimeNs'] {
  if (suspended.by !== 'uptime') return undefined;
  return () => {
    const [seconds = '0'] = readFileSync(suspended.file, 'latin1').split(' ');
    return BigInt(seconds.replace('.', '')) * 10_000_000n;
  };
}
