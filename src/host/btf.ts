import { existsSync } from 'node:fs';
import { type BpftraceFacts, type BtfState, isAtLeast } from './facts.ts';

/**
 * Find out whether this bpftrace can use the kernel's type information (BTF).
 *
 * bpftrace before 0.12 counts as unable, although it can read the BTF of some kernels when it is told to: it knows only
 * types that the program names, and gives a wrong cgroup for a task that has ended (measured with 0.11.3 on 5.10).
 *
 * @param root - Where the machine's file tree starts; `/` but for fixtures.
 */
export function readBtfState(bpftrace: BpftraceFacts, root: string): BtfState {
  if (!existsSync(`${root}/sys/kernel/btf/vmlinux`)) return 'absent';
  return isAtLeast(bpftrace, 0, 12) ? 'readable' : 'unreadable';
}
