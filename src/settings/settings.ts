/** What a setting can be, and what it is where nobody says. */
export type Kind<Value> = { readonly default: Value } & (
  | { readonly kind: 'switch' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'whole'; readonly min: number; readonly max: number }
  | { readonly kind: 'path' }
);

/**
 * What the user decides. Defaults and limits stand here and nowhere else; `options.ts` says how each is written in a file
 * and on the command line.
 */
export const SETTINGS = {
  /** `entry` counts what succeeded; `return` also counts failed forks. */
  loadMode: words(['entry', 'return'], 'entry'),
  /** Seconds between two updates of the plugin. Netdata stops a plugin that is silent for 120 s. */
  updateEverySeconds: whole(1, 86_400, 5),
  /** Keep counts apart by app group. */
  apps: yesOrNo(false),
  /** Which Netdata `apps_groups.conf` is read as: `2.0` to 2.5, `2.6` and later; `auto`: as the one that is installed. */
  appsGroupsFormat: words(['auto', '1.x', '2.0', '2.6'], 'auto'),
  /** Keep counts apart by cgroup and systemd service. */
  cgroups: yesOrNo(false),
  /** Names of the charts: those of the *eBPF Processes* integration, or those that Netdata 2.x has now. */
  charts: words(['contract', 'current'], 'contract'),
  /** Keys that a kernel table holds between two dumps; what does not fit is counted as dropped. */
  pidTableSize: whole(64, 4_194_304, 32_768),
  /** `legacy`: kprobes; `co-re`: what needs the kernel's type information; `auto`: the best that this machine can do. */
  typeFormat: words(['legacy', 'co-re', 'auto'], 'auto'),
  /** With `co-re`: `trampoline` attaches by fentry and fexit, `probe` by kprobe and kretprobe with the kernel's types. */
  coReTracing: words(['trampoline', 'probe'], 'trampoline'),
  /** Whether each CPU counts in a table of its own, or all in a common one. */
  mapsPerCore: yesOrNo(true),
  /** Give bpftrace real-time priority, so that it is not preempted while it reads its maps, and misses nothing. */
  realTime: yesOrNo(false),
  /** Whether the plugin waits until a function of Netdata switches it on. */
  onRequest: yesOrNo(false),
  /** Seconds that the plugin runs where it was switched on for a limited time; one that Netdata starts ignores it. */
  lifetimeSeconds: whole(1, 31_536_000, 300),
  /** Absolute path of the bpftrace to use; otherwise the first one in the system's own directories. */
  bpftracePath: path(),
};

type Values = {
  readonly [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Kind<infer Value>
    ? Value
    : never;
};

export type Settings = Omit<Values, 'bpftracePath'> & Partial<Pick<Values, 'bpftracePath'>>;

/** The names of all settings. */
export const SETTING_KEYS = Object.keys(SETTINGS) as (keyof Settings)[];

/** Settings with the default of each that is not said. */
export function completeSettings(said: Partial<Settings>): Settings {
  const all = SETTING_KEYS.map((key) => [key, said[key] ?? SETTINGS[key].default] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined)) as unknown as Settings;
}

function words<const Word extends string>(
  all: readonly Word[],
  initial: NoInfer<Word>,
): Kind<Word> {
  return { kind: 'words', words: all, default: initial };
}

function whole(min: number, max: number, initial: number): Kind<number> {
  return { kind: 'whole', min, max, default: initial };
}

function path(): Kind<string | undefined> {
  return { kind: 'path', default: undefined };
}

function yesOrNo(initial: boolean): Kind<boolean> {
  return { kind: 'switch', default: initial };
}
