import { UserError } from '../errors.ts';
import type { Mount, TraceMounts } from '../procfs/mounts.ts';
import { holds } from './capabilities.ts';
import { type BpftraceFacts, isAtLeast, type Lockdown } from './facts.ts';
import type { ProcessRights } from './process-rights.ts';

/** The file systems through which bpftrace finds tracepoints, and where it looks for them. */
const PLACES = { tracefs: '/sys/kernel/tracing', debugfs: '/sys/kernel/debug' } as const;

type TraceFileSystem = keyof typeof PLACES;

/** True where the kernel has no file system of this type, so that nobody can mount it. */
export function isNotOffered({ offered }: TraceMounts, type: TraceFileSystem): boolean {
  return offered !== undefined && !offered.has(type);
}

/** What hides tracefs; `undefined` where nothing does. */
export function findCover({ covers }: TraceMounts): Mount | undefined {
  return covers.find(({ point }) => point === PLACES.tracefs) ?? covers[0];
}

/** What to do where one is not mounted: a command, or who can run it. */
export function howToMount(type: TraceFileSystem, { bounding }: ProcessRights): string {
  const place = PLACES[type];
  const command = `mount -t ${type} ${type} ${place}`;
  return holds(bounding, 'SYS_ADMIN')
    ? command
    : `${command}, where that is allowed (it needs CAP_SYS_ADMIN), and show it here: -v ${place}:${place} for a container`;
}

/** What a machine is like on which bpftrace finds no tracepoint at all. */
export interface Blind {
  readonly bpftrace: BpftraceFacts;
  readonly mounts: TraceMounts;
  readonly lockdown: Lockdown;
  readonly rights: ProcessRights;
}

/** Why bpftrace finds no tracepoint at all, and what to do about it. */
export function whyNoTracepoints({ bpftrace, mounts, lockdown, rights }: Blind): UserError {
  const isSeen = (directory: string) => [...mounts.tracefs, ...mounts.debugfs].includes(directory);
  if (lockdown.state === 'confidentiality') {
    return unreadable(
      'this kernel is locked down (confidentiality), which closes tracing to root too',
      'boot it without lockdown=confidentiality; see man kernel_lockdown',
    );
  }
  const cover = findCover(mounts);
  if (cover !== undefined && mounts.tracefs.length === 0) {
    return unreadable(
      `tracefs is hidden by what is mounted at ${cover.point} (${cover.type})`,
      `take that away: umount ${cover.point}, or InaccessiblePaths= and TemporaryFileSystem= of the systemd unit`,
    );
  }
  if (isNotOffered(mounts, 'tracefs')) {
    return unreadable(
      'this kernel has no tracing: /proc/filesystems has no tracefs',
      'boot a kernel that has it: grep -l CONFIG_FTRACE=y /boot/config-*',
    );
  }
  if (!isAtLeast(bpftrace, 0, 17) && !isSeen(PLACES.debugfs)) {
    return isNotOffered(mounts, 'debugfs')
      ? unreadable(
          `bpftrace ${bpftrace.version} looks below debugfs, which this kernel does not have (/proc/filesystems)`,
          'take bpftrace 0.17 or later, which needs no debugfs',
        )
      : unreadable(
          `bpftrace ${bpftrace.version} looks below debugfs, which is not mounted`,
          `mount it: ${howToMount('debugfs', rights)}`,
        );
  }
  return isSeen(PLACES.tracefs) || isSeen(`${PLACES.debugfs}/tracing`)
    ? unreadable(
        'tracefs is mounted, but none of ours is in it',
        'this kernel needs CONFIG_FTRACE and CONFIG_EVENT_TRACING',
      )
    : unreadable('tracefs is not mounted', `mount it: ${howToMount('tracefs', rights)}`);
}

function unreadable(why: string, hint: string): UserError {
  return new UserError('TRACEFS_UNREADABLE', `no tracepoint can be read: ${why}`, { hint });
}
