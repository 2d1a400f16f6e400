import type { Settings } from './settings.ts';

/** How one of the settings is written in a file and on the command line. */
export interface Option {
  readonly key: keyof Settings;
  /** Its name in `[global]` of a file; `null` where it is on the command line only. */
  readonly name: string | null;
  /** A former name, which is used where the new one is not in the file. `isOpposite`: yes means no. */
  readonly oldName?: { readonly name: string; readonly isOpposite: boolean };
  /** Without its dashes. */
  readonly flag: string;
  /** One letter, as another form of the flag. */
  readonly letter?: string;
  /** What stands for the value in the help; not for a yes or no. */
  readonly placeholder?: string;
  readonly explains: string;
}

/** The options of Netdata's `ebpf.d/process.conf` in the order of its documentation, and our own. */
export const OPTIONS: readonly Option[] = [
  {
    key: 'updateEverySeconds',
    name: 'update every',
    flag: 'update-every',
    placeholder: 'seconds',
    explains: 'seconds between two updates of the charts',
  },
  {
    key: 'loadMode',
    name: 'ebpf load mode',
    oldName: { name: 'load', isOpposite: false },
    flag: 'mode',
    letter: 'm',
    placeholder: 'mode',
    explains:
      'entry counts what succeeded; return also counts failed forks, which can slow system calls a little',
  },
  {
    key: 'apps',
    name: 'apps',
    oldName: { name: 'disable apps', isOpposite: true },
    flag: 'apps',
    explains: 'keep counts apart by app group',
  },
  {
    key: 'appsGroupsFormat',
    name: 'apps groups format',
    flag: 'apps-groups-format',
    placeholder: 'netdata',
    explains:
      'read apps_groups.conf as Netdata 1.x, 2.0 to 2.5, or 2.6 and later does; auto: as the one that is installed',
  },
  {
    key: 'cgroups',
    name: 'cgroups',
    flag: 'cgroups',
    explains: 'keep counts apart by cgroup and systemd service',
  },
  {
    key: 'charts',
    name: 'charts',
    flag: 'charts',
    placeholder: 'names',
    explains:
      'contract: the charts of the eBPF Processes integration; current: those of Netdata 2.x',
  },
  {
    key: 'pidTableSize',
    name: 'pid table size',
    flag: 'pid-table-size',
    placeholder: 'number',
    explains: 'keys that a kernel table holds between two dumps',
  },
  {
    key: 'typeFormat',
    name: 'ebpf type format',
    flag: 'type-format',
    placeholder: 'format',
    explains:
      "legacy: kprobes; co-re: what needs the kernel's type information; auto: the best that this machine can do",
  },
  {
    key: 'coReTracing',
    name: 'ebpf co-re tracing',
    flag: 'co-re-tracing',
    placeholder: 'method',
    explains: 'with co-re: trampoline attaches by fentry and fexit, probe by kprobes',
  },
  {
    key: 'mapsPerCore',
    name: 'maps per core',
    flag: 'maps-per-core',
    explains: 'let each CPU count in a table of its own, not all in a common one',
  },
  {
    key: 'realTime',
    name: 'real time',
    flag: 'real-time',
    explains:
      'give bpftrace real-time priority, so that Linux 7.0 and later miss nothing while it reads its maps',
  },
  {
    key: 'onRequest',
    name: 'on request',
    flag: 'on-request',
    explains: 'wait until a function of Netdata switches the plugin on, for its lifetime',
  },
  {
    key: 'lifetimeSeconds',
    name: 'lifetime',
    flag: 'lifetime',
    placeholder: 'seconds',
    explains:
      'how long the plugin runs where it was switched on for a limited time; given as a flag, it always ends then',
  },
  {
    key: 'bpftracePath',
    name: null,
    flag: 'bpftrace',
    placeholder: 'file',
    explains: 'the bpftrace to run',
  },
];

/** Names in `[global]` of Netdata's own files that this project does not use. */
export const FOREIGN_NAMES: readonly string[] = ['btf path', 'collect pid', 'ebpf object flavor'];
