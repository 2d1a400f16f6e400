import { readFileSync } from 'node:fs';
import { type HostFacts, isAtLeast } from './facts.ts';

/** The clock that `nsecs` shows in a bpftrace program, read from here. */
export interface KernelClock {
  /** What to add to it for wall clock time, in nanoseconds. */
  readonly wallOffsetNs: bigint;
  nowNs(): number;
}

/** Below this, /proc/uptime and the monotonic clock tell the same time within its 10 ms steps: no suspend so far. */
const NEVER_SUSPENDED_NS = 25_000_000n;

/** `nsecs` is the time since boot, suspend included, from bpftrace 0.12 on Linux 5.8; before, without suspend. */
export function readKernelClock(facts: HostFacts): KernelClock {
  const countsSuspend = isAtLeast(facts.bpftrace, 0, 12) && isAtLeast(facts.kernel, 5, 8);
  const suspendedNs = countsSuspend ? readSuspendedNs() : 0n;
  const now = () => process.hrtime.bigint() + suspendedNs;
  return {
    wallOffsetNs: BigInt(Date.now()) * 1_000_000n - now(),
    nowNs: () => Number(now()),
  };
}

/** /proc/uptime moves in steps of 10 ms; the moment it moves it is exact. */
function readSuspendedNs(): bigint {
  const first = readUptimeNs();
  let uptime = first;
  while (uptime === first) uptime = readUptimeNs();
  const suspended = uptime - process.hrtime.bigint();
  return suspended > NEVER_SUSPENDED_NS ? suspended : 0n;
}

function readUptimeNs(): bigint {
  const [seconds = '0'] = readFileSync('/proc/uptime', 'latin1').split(' ');
  return BigInt(seconds.replace('.', '')) * 10_000_000n;
}
