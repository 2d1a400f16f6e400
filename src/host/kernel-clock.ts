import { readFileSync } from 'node:fs';
import { readText } from '../procfs/read-text.ts';
import { type HostFacts, isAtLeast } from './facts.ts';

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
  /** The time since boot with suspend, which moves in steps of 10 ms. */
  uptimeNs(): bigint;
  wallMs(): number;
  /** How far the two times since boot are ahead of the kernel's own, in a time namespace. */
  readonly namespaceNs: { readonly monotonic: bigint; readonly boottime: bigint };
}

/** Below this, uptime and the monotonic clock tell the same time within the steps of uptime: no suspend so far. */
const NEVER_SUSPENDED_NS = 25_000_000n;

/** No machine sleeps and wakes within this time. */
const SHORTEST_SUSPEND_MS = 100;

/** `nsecs` is the time since boot, suspend included, from bpftrace 0.12 on Linux 5.8; before, without suspend. */
export function readKernelClock(facts: HostFacts): KernelClock {
  const countsSuspend = isAtLeast(facts.bpftrace, 0, 12) && isAtLeast(facts.kernel, 5, 8);
  return openKernelClock(countsSuspend, {
    monotonicNs: () => process.hrtime.bigint(),
    uptimeNs: readUptimeNs,
    wallMs: () => Date.now(),
    namespaceNs: parseTimeOffsets(readText('/proc/self/timens_offsets') ?? ''),
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

/** /proc/uptime moves in steps of 10 ms, and is exact in the moment of a step: wait for the next one. */
function readSuspendedNs({ monotonicNs, uptimeNs, namespaceNs }: ClockSources): bigint {
  const first = uptimeNs();
  let uptime = first;
  while (uptime === first) uptime = uptimeNs();
  const suspended = uptime - namespaceNs.boottime - (monotonicNs() - namespaceNs.monotonic);
  return suspended > NEVER_SUSPENDED_NS ? suspended : 0n;
}

function readUptimeNs(): bigint {
  const [seconds = '0'] = readFileSync('/proc/uptime', 'latin1').split(' ');
  return BigInt(seconds.replace('.', '')) * 10_000_000n;
}

/**
 * The offsets of a time namespace, by clock; 0 on a kernel before 5.6, which has no such namespaces.
 *
 * @see man 7 time_namespaces
 */
export function parseTimeOffsets(text: string): ClockSources['namespaceNs'] {
  const offsetOf = (clock: string) => {
    const [, seconds, nanoseconds] =
      new RegExp(`^${clock}\\s+(-?\\d+)\\s+(\\d+)$`, 'm').exec(text) ?? [];
    return BigInt(seconds ?? 0) * 1_000_000_000n + BigInt(nanoseconds ?? 0);
  };
  return { monotonic: offsetOf('monotonic'), boottime: offsetOf('boottime') };
}
