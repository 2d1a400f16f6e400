import { fileURLToPath } from 'node:url';

/** Pages of the buffer between the programs and bpftrace: with 0.27's default of 16 MB it takes 40 MB more memory. */
export const PERF_RB_PAGES = 64;

/**
 * The whole environment of every privileged child. A root bpftrace obeys PATH, TMPDIR, LD_* and two dozen BPFTRACE_*
 * variables, so nothing is inherited.
 *
 * TMPDIR must belong to root: bpftrace 0.11 to 0.20 take `$TMPDIR/kheaders-RELEASE` for kernel headers.
 * The notify variable makes 0.14 and later say when every probe is attached.
 */
export const CHILD_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  HOME: '/',
  TMPDIR: '/run',
  BPFTRACE_PERF_RB_PAGES: String(PERF_RB_PAGES),
  __BPFTRACE_NOTIFY_PROBES_ATTACHED: '1',
} as const;

/** Lets each map of a bpftrace program hold so many keys: the variable's name up to 0.19, and from 0.20 on. */
export function mapSizeEnvironment(keys: number): Record<string, string> {
  return { BPFTRACE_MAP_KEYS_MAX: String(keys), BPFTRACE_MAX_MAP_KEYS: String(keys) };
}

/** The system's own directories: a privileged child is never looked up in the user's PATH. */
export const SYSTEM_DIRECTORIES: readonly string[] = CHILD_ENVIRONMENT.PATH.split(':');

/** Holds our replacement for `linux/types.h`, which 0.11 to 0.24 include where the kernel has no type information. */
export const INCLUDE_DIRECTORY = fileURLToPath(new URL('../../probes/include', import.meta.url));
