import { isAtLeast, type KernelVersion } from './facts.ts';

/** Bits of the capabilities that we ask about. @see kernel:include/uapi/linux/capability.h */
const BITS = {
  SETGID: 6,
  SETUID: 7,
  IPC_LOCK: 14,
  SYS_ADMIN: 21,
  SYS_RESOURCE: 24,
  PERFMON: 38,
  BPF: 39,
} as const;

type Capability = keyof typeof BITS;

/** True where a set of capabilities holds this one. */
export function holds(set: bigint, capability: Capability): boolean {
  return ((set >> BigInt(BITS[capability])) & 1n) === 1n;
}

/**
 * Which capabilities are missing for a bpftrace that runs as root: measured with 0.11, 0.17, 0.23 and 0.27.
 *
 * @returns `CAP_BPF`, `CAP_BPF and CAP_PERFMON`, …; `undefined` where a program with this set can trace.
 */
export function missingToTrace(set: bigint, kernel: KernelVersion): string | undefined {
  if (holds(set, 'SYS_ADMIN')) return undefined;
  // 5.8 split both off CAP_SYS_ADMIN.
  const wanted: Capability[] = isAtLeast(kernel, 5, 8) ? ['BPF', 'PERFMON'] : ['SYS_ADMIN'];
  return listMissing(set, wanted);
}

/** Which capabilities are missing for a sudo that becomes root. */
export function missingForSudo(set: bigint): string | undefined {
  return listMissing(set, ['SETUID', 'SETGID']);
}

function listMissing(set: bigint, wanted: readonly Capability[]): string | undefined {
  const missing = wanted.filter((capability) => !holds(set, capability));
  return missing.length === 0 ? undefined : missing.map((name) => `CAP_${name}`).join(' and ');
}
