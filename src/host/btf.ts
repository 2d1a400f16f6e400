import { existsSync } from 'node:fs';
import { INCLUDE_DIRECTORY } from './environment.ts';
import { type BpftraceFacts, type BtfState, isAtLeast, type Privilege } from './facts.ts';
import { runAsRoot } from './privilege.ts';

/**
 * Reads one member of the running task by its type; only type information can tell bpftrace where it lies. The field of a
 * tracepoint is there because one may keep the other from being found.
 */
const TRIAL =
  'BEGIN { printf("%d", curtask->tgid); exit(); } tracepoint:task:task_newtask /args->clone_flags == 1/ { @x = 1; }';

/** The trial takes 0.3 s, and a hundred times that in an emulated machine on a busy host. */
const TRIAL_TIMEOUT_MS = 30_000;

/**
 * Find out whether this bpftrace can use the kernel's type information (BTF).
 *
 * bpftrace 0.11 parses the BTF of the kernels of its time only, so it is tried; later ones read every kernel's so far.
 *
 * @param privilege - `undefined` where bpftrace cannot be run.
 * @param root - Where the machine's file tree starts; `/` but for fixtures.
 */
export async function readBtfState(
  bpftrace: BpftraceFacts,
  privilege: Privilege | undefined,
  root: string,
): Promise<BtfState> {
  if (!existsSync(`${root}/sys/kernel/btf/vmlinux`)) return 'absent';
  if (isAtLeast(bpftrace, 0, 12)) return 'readable';
  if (privilege === undefined) return 'unreadable';
  const { stdout } = await runAsRoot(
    privilege,
    [bpftrace.path, ...typeOptions(bpftrace), '-I', INCLUDE_DIRECTORY, '-e', TRIAL],
    TRIAL_TIMEOUT_MS,
  );
  return /\d+$/.test(stdout.trim()) ? 'readable' : 'unreadable';
}

/** 0.11 takes the kernel's type information only when it is told to. */
export function typeOptions(bpftrace: BpftraceFacts): string[] {
  return isAtLeast(bpftrace, 0, 12) ? [] : ['-b'];
}
