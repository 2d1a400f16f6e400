import { parseStat } from '../../procfs/process.ts';
import { readText } from '../../procfs/read-text.ts';
import type { Place } from './namespaces.ts';
import { PROC_SUPER_MAGIC, readFileSystemType, type TypeOf } from './proc-roots.ts';

/**
 * How we learn for how long this machine was suspended, by which the kernel's two clocks differ.
 *
 * `uptime`: from this file of the kernel's. `never`: no such file can be had, and the machine was not suspended before we
 * started. `unknown`: no such file can be had, and it was; then moments of the kernel are known to some 10 ms only.
 */
export type SuspendedTime =
  | { readonly by: 'uptime'; readonly file: string }
  | { readonly by: 'never' }
  | { readonly by: 'unknown'; readonly problem: string };

/** How far the two times since boot of a time namespace are ahead of the kernel's own, in nanoseconds. */
export interface TimeOffsets {
  readonly monotonic: bigint;
  readonly boottime: bigint;
}

/** A program starts within this time, and no machine sleeps and wakes within it. */
const SHORTEST_SUSPEND_NS = 1_000_000_000n;

/** @see man 3 sysconf `_SC_CLK_TCK`, 100 on every Linux that bpftrace runs on */
const TICK_NS = 10_000_000n;

/** The moment at which we started, by both clocks, as we see them. */
export interface OwnStart {
  readonly monotonicNs: bigint;
}

/**
 * Find out how to learn the suspended time. lxcfs says the uptime of a container, from a file system of its own, and
 * `subset=pid` leaves the file out.
 *
 * @param roots - See `listProcRoots`.
 */
export function readSuspendedTime(
  roots: readonly string[],
  time: Place,
  start: OwnStart = readOwnStart(),
  typeOf: TypeOf = readFileSystemType,
): SuspendedTime {
  const file = roots
    .map((root) => `${root}/proc/uptime`)
    .find((path) => typeOf(path) === PROC_SUPER_MAGIC && readText(path) !== undefined);
  if (file !== undefined) return { by: 'uptime', file };
  const ticks = roots
    .map((root) => parseStat(readText(`${root}/proc/self/stat`) ?? '')?.startTicks)
    .find((value) => value !== undefined);
  const problem = "/proc/uptime is not the kernel's own, and this machine was suspended";
  if (ticks === undefined) return { by: 'unknown', problem: '/proc/uptime cannot be read' };
  const offsets = readTimeOffsets(roots, time);
  const suspended =
    BigInt(ticks) * TICK_NS - offsets.boottime - (start.monotonicNs - offsets.monotonic);
  return suspended < SHORTEST_SUSPEND_NS ? { by: 'never' } : { by: 'unknown', problem };
}

function readOwnStart(): OwnStart {
  const sinceNs = BigInt(Math.round(process.uptime() * 1e9));
  return { monotonicNs: process.hrtime.bigint() - sinceNs };
}

/**
 * The offsets of our time namespace. The file shows those of our children's, which may be another one: where we are in the
 * first namespace there are none.
 */
export function readTimeOffsets(roots: readonly string[], time: Place): TimeOffsets {
  const text = roots
    .map((root) => readText(`${root}/proc/self/timens_offsets`))
    .find((content) => content !== undefined);
  return parseTimeOffsets(time === 'nested' ? (text ?? '') : '');
}

/**
 * The offsets of a time namespace, by clock; 0 on a kernel before 5.6, which has no such namespaces.
 *
 * @see man 7 time_namespaces
 */
export function parseTimeOffsets(text: string): TimeOffsets {
  const offsetOf = (clock: string) => {
    const [, seconds, nanoseconds] =
      new RegExp(`^${clock}\\s+(-?\\d+)\\s+(\\d+)$`, 'm').exec(text) ?? [];
    return BigInt(seconds ?? 0) * 1_000_000_000n + BigInt(nanoseconds ?? 0);
  };
  return { monotonic: offsetOf('monotonic'), boottime: offsetOf('boottime') };
}
