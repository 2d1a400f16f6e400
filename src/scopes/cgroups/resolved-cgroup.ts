/** The name under which events of a cgroup are published. Byte strings. */
export interface ResolvedCgroup {
  /** `root`: neither it nor a cgroup above it has charts. `unresolved`: it was removed before we looked. */
  readonly kind: 'root' | 'service' | 'cgroup' | 'unresolved';
  /** For people. */
  readonly name: string;
  /** `cgroup_x` or `systemd_x`: only `a-z`, `0-9`, `_` and `-`. Unique among the paths that exist. */
  readonly chartType: string;
  /** Of the cgroup that has the charts: the one that was asked for, or the nearest one above. Empty if unresolved. */
  readonly path: string;
  /** False while the container's name may still be learned: charts made now would have to change theirs. */
  readonly isSettled: boolean;
}

/** What is in cgroups that are too many to be told apart. No path begins with a letter. */
export const REST: ResolvedCgroup = {
  kind: 'cgroup',
  name: 'other cgroups',
  chartType: 'cgroup_other_cgroups',
  path: 'rest',
  isSettled: true,
};

/** What was removed before we looked. */
export const UNRESOLVED: ResolvedCgroup = {
  kind: 'unresolved',
  name: 'unresolved',
  chartType: 'cgroup_unresolved',
  path: '',
  isSettled: true,
};
