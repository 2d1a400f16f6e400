import { existsSync } from 'node:fs';
import { type BpftraceFacts, type BtfState, isAtLeast } from './facts.ts';

/**
 * Find out whether this bpftrace can use the kernel's type information (BTF).
 *
 * Before 0.12 it reads that of some kernels when it is told to, but knows only types that the program names, and finds
 * the cgroup of a dead task wrongly (measured with 0.11.3 on 5.10): no count may stand on it.
 *
 * @param root - Where the machine's file tree starts; `/` but for fixtures.
 */
export function readBtfState(bpftrace: BpftraceFacts, root: string): BtfState {
  if (!existsSync(`${root}/sys/kernel/btf/vmlinux`)) return 'absent';
  return isAtLeast(bpftrace, 0, 12) ? 'readable' : 'unreadable';
}
