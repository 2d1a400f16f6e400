/** Debian suites whose bpftrace and cloud kernel are tried: Linux 5.10, 6.1, 6.12, and what is newest. */
export const SUITES = ['bullseye', 'bookworm', 'trixie', 'sid'] as const;

export type Suite = (typeof SUITES)[number];

/** One guest: a kernel, a bpftrace, and what the kernel is told when it boots. */
export interface Machine {
  readonly kernel: Suite;
  readonly bpftrace: Suite;
  readonly lockdown: 'none' | 'integrity' | 'confidentiality';
}

/**
 * What is taken away from the guest before a run, in a mount namespace of its own. What is mended was switched off before,
 * and switched on again by the command that `doctor` gave for it. `loadavg`: a copy lies over /proc/loadavg, as lxcfs makes one.
 * `priority`: bpftrace gets no real-time priority where the kernel misses events without it; elsewhere it is not asked for.
 * `room`: the workload runs in a cgroup that is full.
 */
export type Hidden =
  | 'nothing'
  | 'btf'
  | 'debugfs'
  | 'tracefs'
  | 'loadavg'
  | 'priority'
  | 'mended ftrace'
  | 'mended kprobes'
  | 'room';

/** The settings that decide about the plan, as the command line names them. */
export interface Asked {
  readonly mode: 'entry' | 'return';
  readonly typeFormat: 'auto' | 'legacy' | 'co-re';
  readonly coReTracing: 'trampoline' | 'probe';
  readonly mapsPerCore: boolean;
}

/** One run in one guest. */
export interface Cell {
  readonly hidden: Hidden;
  readonly asked: Asked;
}

/** A guest, and what runs in it. */
export interface Job {
  readonly machine: Machine;
  readonly cells: readonly Cell[];
}

/** Each setting with the words for its values. */
export const DIMENSIONS: readonly {
  readonly key: keyof Asked;
  readonly words: Readonly<Record<string, string>>;
}[] = [
  { key: 'mode', words: { entry: 'entry', return: 'return' } },
  { key: 'typeFormat', words: { auto: 'auto', legacy: 'legacy', 'co-re': 'co-re' } },
  { key: 'coReTracing', words: { trampoline: 'trampoline', probe: 'probe' } },
  { key: 'mapsPerCore', words: { true: 'per core', false: 'central' } },
];

/** Every combination of the settings. */
const EVERY_ASKED: readonly Asked[] = (['entry', 'return'] as const).flatMap((mode) =>
  (['auto', 'legacy', 'co-re'] as const).flatMap((typeFormat) =>
    (['trampoline', 'probe'] as const).flatMap((coReTracing) =>
      [true, false].map((mapsPerCore) => ({ mode, typeFormat, coReTracing, mapsPerCore })),
    ),
  ),
);

/** One of each way to attach, with refusals. */
const EVERY_WAY: readonly Asked[] = EVERY_ASKED.filter(
  ({ mode, typeFormat, coReTracing, mapsPerCore }) =>
    mode === 'return' && mapsPerCore && (typeFormat === 'co-re' || coReTracing === 'trampoline'),
);

const [DEFAULT] = EVERY_WAY as [Asked];

const DEFAULT_KPROBES: Asked = { ...DEFAULT, typeFormat: 'legacy' };

const HIDDEN: readonly Hidden[] = ['btf', 'debugfs', 'tracefs'];

/** What no setting has a say in. */
const ALONE: readonly Hidden[] = ['loadavg', 'room'];

/** Since 7.0 the kernel misses events while bpftrace, at the usual priority, is preempted. */
const withoutPriority = ({ kernel }: Machine): readonly Hidden[] =>
  kernel === 'sid' ? ['priority'] : [];

const MENDED: readonly Hidden[] = ['mended ftrace', 'mended kprobes'];

/** A kernel with another suite's bpftrace: what backports and containers make of a machine. */
const CROSSED: readonly Machine[] = [
  { kernel: 'bullseye', bpftrace: 'trixie', lockdown: 'none' },
  { kernel: 'sid', bpftrace: 'bookworm', lockdown: 'none' },
];

/** The slowest first, so that two guests at a time end together. */
const PLAIN: readonly Machine[] = SUITES.toReversed().map((suite) => ({
  kernel: suite,
  bpftrace: suite,
  lockdown: 'none',
}));

const LOCKED: readonly Machine[] = PLAIN.flatMap((machine) =>
  (['integrity', 'confidentiality'] as const).map((lockdown) => ({ ...machine, lockdown })),
);

/** Every combination on every pair of kernel and bpftrace; one of each way where something is hidden or locked down. */
export function listAllJobs(): Job[] {
  return [
    ...[...PLAIN, ...CROSSED].map((machine) => ({
      machine,
      cells: [
        ...EVERY_ASKED.map((asked): Cell => ({ hidden: 'nothing', asked })),
        ...HIDDEN.flatMap((hidden) => EVERY_WAY.map((asked): Cell => ({ hidden, asked }))),
        ...MENDED.map((hidden): Cell => ({ hidden, asked: DEFAULT_KPROBES })),
        ...[...withoutPriority(machine), ...ALONE].map(
          (hidden): Cell => ({ hidden, asked: DEFAULT }),
        ),
      ],
    })),
    ...LOCKED.map((machine) => ({
      machine,
      cells: EVERY_WAY.map((asked): Cell => ({ hidden: 'nothing', asked })),
    })),
  ];
}

/** What fits into some minutes: on each kernel the defaults and settings far from them; on one also what is hidden or mended. */
export function listSomeJobs(): Job[] {
  const cells: readonly Cell[] = [
    { hidden: 'nothing', asked: DEFAULT },
    { hidden: 'nothing', asked: { ...DEFAULT, typeFormat: 'legacy', mapsPerCore: false } },
  ];
  const away: readonly Cell[] = [
    ...HIDDEN.map((hidden): Cell => ({ hidden, asked: DEFAULT })),
    ...MENDED.map((hidden): Cell => ({ hidden, asked: DEFAULT_KPROBES })),
    ...ALONE.map((hidden): Cell => ({ hidden, asked: DEFAULT })),
  ];
  const [newest, , second] = PLAIN as [Machine, Machine, Machine];
  return [
    ...PLAIN.map((machine) => ({
      machine,
      cells: [
        ...cells,
        ...withoutPriority(machine).map((hidden): Cell => ({ hidden, asked: DEFAULT })),
        ...(machine === second ? away : []),
      ],
    })),
    ...CROSSED.slice(0, 1).map((machine) => ({ machine, cells: cells.slice(0, 1) })),
    { machine: { ...second, lockdown: 'integrity' }, cells: cells.slice(0, 1) },
    { machine: { ...newest, lockdown: 'confidentiality' }, cells: cells.slice(0, 1) },
  ];
}

export function describeMachine({ kernel, bpftrace, lockdown }: Machine): string {
  const crossed = bpftrace === kernel ? '' : ` with the bpftrace of ${bpftrace}`;
  return `${kernel}${crossed}${lockdown === 'none' ? '' : `, lockdown=${lockdown}`}`;
}
