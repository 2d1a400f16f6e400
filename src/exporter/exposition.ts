import type { Usage } from '../bpftrace/supervisor.ts';
import { buildAudit } from '../counters/audit.ts';
import { type Counters, subtractCounters } from '../counters/counters.ts';
import type { ToldPlan } from '../plan/plan.ts';
import type { ToldFacts } from '../report/build-report.ts';
import { toText } from '../report/byte-text.ts';
import type { CgroupState, ScopesState } from '../scopes/state.ts';
import type { Snapshot } from '../session/snapshot.ts';
import { BoundedScopes, type Scope } from './bounded-scopes.ts';
import { buildCounterFamilies, type Labelled, toCounts } from './counter-families.ts';
import { type Family, single } from './family.ts';

const PREFIX = 'ebpf_processes_';

const COUNTERS = { type: 'counter', prefix: PREFIX, whose: '', byErrno: false } as const;

const BY_APP = {
  ...COUNTERS,
  prefix: `${PREFIX}app_`,
  whose: ' by app group',
  labels: ['app'],
};

const BY_CGROUP = {
  ...COUNTERS,
  prefix: `${PREFIX}cgroup_`,
  whose: ' by cgroup, container or service',
  labels: ['cgroup', 'name', 'type'],
};

const UNATTRIBUTED = {
  ...COUNTERS,
  prefix: `${PREFIX}unattributed_`,
  whose: ' of which nobody knows whose they are',
  labels: ['reason'],
};

/** What stays the same while the exporter runs. */
export interface ExpositionOptions {
  readonly facts: ToldFacts;
  readonly plan: ToldPlan;
  readonly version: string;
  readonly wants: { readonly apps: boolean; readonly cgroups: boolean };
  /** App groups, and cgroups, that have series of their own. */
  readonly mostScopes: number;
}

type AppScope = Scope & { readonly name: string };

/** Turns the snapshots of one session into families of metrics. */
export class Exposition {
  readonly #options: ExpositionOptions;
  readonly #apps: BoundedScopes<AppScope>;
  readonly #cgroups: BoundedScopes<CgroupState>;
  #first: Snapshot | undefined;

  constructor(options: ExpositionOptions) {
    this.#options = options;
    this.#apps = new BoundedScopes(options.mostScopes);
    this.#cgroups = new BoundedScopes(options.mostScopes);
  }

  /** @param usage - What we and bpftrace take of the machine. */
  build(snapshot: Snapshot, usage: Usage): Family[] {
    this.#first ??= snapshot;
    const { totals, scopes } = snapshot;
    const machine = [{ labels: {}, counts: toCounts(totals.counters) }];
    return [
      ...buildCounterFamilies({ ...COUNTERS, labels: [], byErrno: true }, machine),
      ...(scopes === null ? [] : this.#buildScopes(totals.counters, scopes)),
      ...buildLoss(snapshot),
      this.#buildCompleteness(snapshot),
      ...buildUsage(usage),
      single(
        'gauge',
        `${PREFIX}last_dump_timestamp_seconds`,
        'When the counters were read from the kernel, in seconds since 1970.',
        snapshot.wallMs / 1_000,
      ),
      ...this.#buildInfo(),
    ];
  }

  #buildScopes(totals: Counters, scopes: ScopesState): Family[] {
    const { wants } = this.#options;
    const whole = [scopes.dropped, scopes.unattributed].reduce(subtractCounters, totals);
    const apps = this.#apps.take(
      scopes.apps.map((app) => ({ ...app, key: app.name })),
      whole,
    );
    const cgroups = this.#cgroups.take(scopes.cgroups, whole);
    const label = (labels: Labelled['labels'], counters: Counters): Labelled => ({
      labels,
      counts: toCounts(counters),
    });
    return [
      ...(wants.apps
        ? buildCounterFamilies(BY_APP, [
            ...apps.shown.map(({ name, counters }) => label({ app: toText(name) }, counters)),
            label({ app: OTHERS }, apps.rest),
          ])
        : []),
      ...(wants.cgroups
        ? buildCounterFamilies(BY_CGROUP, [
            ...cgroups.shown.map((cgroup) => label(nameCgroup(cgroup), cgroup.counters)),
            label({ cgroup: OTHERS, name: OTHERS, type: 'others' }, cgroups.rest),
          ])
        : []),
      ...buildCounterFamilies(UNATTRIBUTED, [
        label({ reason: 'table_full' }, scopes.dropped),
        label({ reason: 'unknown' }, scopes.unattributed),
      ]),
    ];
  }

  #buildCompleteness(snapshot: Snapshot): Family {
    const first = this.#first ?? snapshot;
    const { completeness } = buildAudit(first.totals, snapshot.totals);
    return single(
      'gauge',
      `${PREFIX}completeness_ratio`,
      "Share of the kernel's own count of created tasks that was counted since the start; 1 is all.",
      completeness === null ? null : completeness / 100,
    );
  }

  #buildInfo(): Family[] {
    const { facts, plan, version } = this.#options;
    return [
      {
        name: `${PREFIX}event_info`,
        help: 'How each event is counted, and whether its count is exact, approximate or absent.',
        type: 'gauge',
        labels: ['event', 'attach_type', 'quality'],
        samples: plan.events.map(({ event, attachType, quality }) => ({
          labels: { event, attach_type: attachType ?? 'none', quality },
          value: 1,
        })),
      },
      {
        name: `${PREFIX}build_info`,
        help: 'Versions of ebpf-processes, bpftrace and the kernel.',
        type: 'gauge',
        labels: ['version', 'bpftrace', 'kernel'],
        samples: [
          {
            labels: { version, bpftrace: facts.bpftrace.version, kernel: facts.kernel.release },
            value: 1,
          },
        ],
      },
    ];
  }
}

/** What is beyond the bound. No app group and no cgroup has this name. */
const OTHERS = '<others>';

function nameCgroup({ kind, name, path }: Pick<CgroupState, 'kind' | 'name' | 'path'>) {
  return { cgroup: toText(path), name: toText(kind === 'root' ? 'root' : name), type: kind };
}

function buildLoss({ totals, loss }: Snapshot): Family[] {
  const { missed, knowsMissed } = totals;
  return [
    {
      name: `${PREFIX}missed_events_total`,
      help: 'Events that the kernel did not hand to a program.',
      type: 'counter',
      labels: ['event'],
      samples: knowsMissed
        ? Object.entries(missed).map(([event, value]) => ({ labels: { event }, value }))
        : [],
    },
    {
      name: `${PREFIX}lost_output_total`,
      help: 'Output of bpftrace that did not arrive whole, by what it was.',
      type: 'counter',
      labels: ['what'],
      samples: [
        { labels: { what: 'events' }, value: loss.lostEvents },
        { labels: { what: 'lines' }, value: loss.brokenLines },
        { labels: { what: 'dumps' }, value: loss.lostDumps },
      ],
    },
    single(
      'counter',
      `${PREFIX}helper_errors_total`,
      'Failed calls inside the BPF programs.',
      loss.helperErrors,
    ),
    single(
      'counter',
      `${PREFIX}bpftrace_restarts_total`,
      'How often bpftrace had to be started again.',
      loss.restarts,
    ),
  ];
}

function buildUsage({ node, bpftrace }: Usage): Family[] {
  const programs = { node, ...(bpftrace === undefined ? {} : { bpftrace: bpftrace.process }) };
  const samples = (read: (usage: Usage['node']) => number) =>
    Object.entries(programs).map(([program, usage]) => ({
      labels: { program },
      value: read(usage),
    }));
  return [
    {
      name: `${PREFIX}cpu_seconds_total`,
      help: 'CPU time that counting takes, by program.',
      type: 'counter',
      labels: ['program'],
      samples: samples(({ cpuMs }) => cpuMs / 1_000),
    },
    {
      name: `${PREFIX}resident_memory_bytes`,
      help: 'Memory that counting takes, by program.',
      type: 'gauge',
      labels: ['program'],
      samples: samples(({ residentBytes }) => residentBytes),
    },
  ];
}
