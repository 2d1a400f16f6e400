import type { Target } from './target.ts';
import { BPFTRACE_TARGETS } from './targets/bpftrace.ts';
import { CGROUP_TARGETS } from './targets/cgroups.ts';
import { HOST_TARGETS } from './targets/host.ts';
import { NETDATA_TARGETS } from './targets/netdata.ts';
import { PROCFS_TARGETS } from './targets/procfs.ts';
import { REASON_TARGETS } from './targets/reasons.ts';
import { RECORDING_TARGETS } from './targets/recording.ts';
import { RUNTIME_TARGETS } from './targets/runtimes.ts';
import { SCOPE_TARGETS } from './targets/scopes.ts';
import { SESSION_TARGETS } from './targets/session.ts';
import { SETTINGS_TARGETS } from './targets/settings.ts';
import { SHOWN_TARGETS } from './targets/shown.ts';

/** Every parser of text that others write, by layer. */
export const TARGETS: readonly Target[] = [
  ...SETTINGS_TARGETS,
  ...PROCFS_TARGETS,
  ...HOST_TARGETS,
  ...REASON_TARGETS,
  ...BPFTRACE_TARGETS,
  ...SCOPE_TARGETS,
  ...CGROUP_TARGETS,
  ...RUNTIME_TARGETS,
  ...SESSION_TARGETS,
  ...RECORDING_TARGETS,
  ...SHOWN_TARGETS,
  ...NETDATA_TARGETS,
];
