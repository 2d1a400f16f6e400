import { expect, test } from 'vitest';
import { addCounters, type Counters } from '../../src/counters/counters.ts';
import { SCOPE_METRICS } from '../../src/netdata/scope-metrics.ts';
import { Updates } from '../../src/netdata/updates.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { buildPlanFor, buildTotals } from '../builders.ts';
import { fc } from '../property.ts';
import { AgentModel } from './agent-model.ts';
import { buildApp, buildCgroup, buildCounts, buildScopes, buildSnapshot } from './snapshots.ts';

const APPS = ['web', 'other', 'db'];
const CGROUPS = ['/', '', '/web', '/db', '/docker/id', '/cron.service', '/ssh.service'];
const COUNTERS = [
  'process_created',
  'thread_created',
  'exec',
  'process_exited',
  'thread_exited',
  'released',
  'errors',
] as const;

const event = fc.record({
  counter: fc.constantFrom(...COUNTERS),
  count: fc.integer({ min: 1, max: 9 }),
  /** No place in the kernel's table, or nobody knows whose it was. */
  rest: fc.constantFrom(null, null, null, 'dropped' as const, 'unattributed' as const),
  app: fc.constantFrom(...APPS),
  cgroup: fc.constantFrom(...CGROUPS),
});

const step = fc.record({
  events: fc.array(event, { maxLength: 8 }),
  periods: fc.constantFrom(1, 1, 1, 2, 4),
  isRestart: fc.constantFrom(false, false, false, true),
  /** Cgroups that do not exist after it. */
  gone: fc.subarray(CGROUPS.slice(2)),
  /** Netdata has no name for the container yet. */
  isWaiting: fc.boolean(),
});

type Step = Parameters<Parameters<typeof step.map>[0]>[0];

test.each([1, 3])(
  'groups, cgroups and what is unattributed add up to the system in every update, where one is due every %d s',
  (updateEverySeconds) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const machine = new Machine();
        const plugin = new Plugin(updateEverySeconds);
        plugin.take(machine.snapshot());
        for (const next of steps) {
          machine.take(next);
          const hasValues = plugin.take(machine.snapshot());
          // A container that waits for its name has no charts yet.
          if (hasValues && !machine.isWaiting) expect(plugin.differences).toEqual([]);
        }
      }),
    );
  },
);

/** What happens on a machine, and the snapshots of it. */
class Machine {
  readonly #apps = new Map<string, Counters>();
  readonly #cgroups = new Map<string, Counters>();
  #totals = buildCounts();
  #rests = { dropped: buildCounts(), unattributed: buildCounts() };
  #gone: readonly string[] = [];
  #isWaiting = true;
  #period = 0;
  #run = 0;

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  take({ events, periods, isRestart, gone, isWaiting }: Step): void {
    this.#period += periods;
    if (isRestart) this.#run += 1;
    this.#gone = gone;
    // A name is learned once.
    this.#isWaiting &&= isWaiting;
    for (const { counter, count, rest, app, cgroup } of events) {
      const counts = buildCounts({ [counter]: counter === 'errors' ? { 11: count } : count });
      const add = (map: Map<string, Counters>, name: string) =>
        map.set(name, addCounters(map.get(name) ?? buildCounts(), counts));
      this.#totals = addCounters(this.#totals, counts);
      if (rest !== null) {
        this.#rests = { ...this.#rests, [rest]: addCounters(this.#rests[rest], counts) };
      } else {
        add(this.#apps, app);
        add(this.#cgroups, cgroup);
      }
    }
  }

  snapshot(): Snapshot {
    const cgroups = [...this.#cgroups].map(([path, counters]) => {
      if (path === '') {
        return buildCgroup(path, counters, { kind: 'unresolved', key: 'cgroup_unresolved' });
      }
      const isSettled = path !== '/docker/id' || !this.#isWaiting;
      return buildCgroup(path, counters, { isSettled, isLive: !this.#gone.includes(path) });
    });
    const apps = [...this.#apps].map(([name, counters]) => buildApp(name, counters));
    const totals = buildTotals(this.#totals, { period: this.#period, run: this.#run });
    return buildSnapshot(totals, buildScopes({ apps, cgroups, ...this.#rests }));
  }
}

/** The plugin, what an agent was told by it, and what it should have been told. */
class Plugin {
  readonly #updates: Updates;
  readonly #agent: AgentModel;
  #published: Parts | undefined;
  #expected: Parts = {};
  #before = new Map<string, number>();

  constructor(updateEverySeconds: number) {
    const plan = buildPlanFor({}, 'return', { apps: true, cgroups: true });
    this.#updates = new Updates(plan, {
      updateEverySeconds,
      apps: true,
      cgroups: true,
      isMonitored: true,
      charts: 'contract',
    });
    this.#agent = new AgentModel(updateEverySeconds);
  }

  /** @returns Whether there was an update with values. */
  take(snapshot: Snapshot): boolean {
    const text = this.#updates.take(snapshot)?.text;
    if (text === undefined) return false;
    this.#agent.take(text);
    const parts = partsOf(snapshot);
    // What happened in a gap is told to nobody.
    const isGap = /^BEGIN system\.exit \d+\nEND$/m.test(text);
    if (!isGap) this.#expected = add(this.#expected, parts, this.#published);
    this.#published = parts;
    return !isGap;
  }

  /** What does not add up, and what was told to have fallen. */
  get differences(): string[] {
    const agent = this.#agent;
    const found: string[] = [];
    const check = (what: string, value: number, expected: number) => {
      if (value !== expected) found.push(`${what}: ${value}, not ${expected}`);
    };
    const expected = (part: Part, id: string) => this.#expected[`${part} ${id}`] ?? 0;
    for (const { id } of SCOPE_METRICS) {
      const system = SYSTEM[id];
      if (system !== undefined) check(id, sumOf(agent, system), expected('totals', id));
      const someones =
        expected('totals', id) - expected('dropped', id) - expected('unattributed', id);
      check(`apps.${id}`, agent.sum(new RegExp(`^apps\\.${id}$`)), someones);
      const inCgroups = agent.sum(new RegExp(`^(services|cgroup_\\w*)\\.${id}$`));
      check(
        `cgroups, ${id}`,
        inCgroups,
        someones - expected('unresolved', id) - expected('root', id),
      );
    }
    for (const part of RESTS) {
      const all = SCOPE_METRICS.reduce((sum, { id }) => sum + expected(part, id), 0);
      check(part, agent.told('netdata.ebpf_processes_unattributed', part), all);
    }
    const counters = agent.counters;
    for (const [name, value] of counters) {
      if (value < (this.#before.get(name) ?? 0)) found.push(`${name} fell to ${value}`);
    }
    this.#before = counters;
    return found;
  }
}

const RESTS = ['dropped', 'unattributed', 'unresolved', 'root'] as const;

type Part = 'totals' | (typeof RESTS)[number];

/** By part and metric. */
type Parts = Readonly<Record<string, number>>;

function partsOf({ totals, scopes }: Snapshot): Parts {
  const kind = (wanted: string) =>
    (scopes?.cgroups ?? [])
      .filter((cgroup) => cgroup.kind === wanted)
      .reduce((sum, { counters }) => addCounters(sum, counters), buildCounts());
  const all: [Part, Counters][] = [
    ['totals', totals.counters],
    ['dropped', scopes?.dropped ?? buildCounts()],
    ['unattributed', scopes?.unattributed ?? buildCounts()],
    ['unresolved', kind('unresolved')],
    ['root', kind('root')],
  ];
  return Object.fromEntries(
    all.flatMap(([part, counters]) =>
      SCOPE_METRICS.map((metric) => [`${part} ${metric.id}`, metric.value(counters) ?? 0]),
    ),
  );
}

/** What was expected, and the growth since the update before. */
function add(expected: Parts, now: Parts, before: Parts = {}): Parts {
  return Object.fromEntries(
    Object.entries(now).map(([name, value]) => [
      name,
      (expected[name] ?? 0) + value - (before[name] ?? 0),
    ]),
  );
}

/** The dimensions of the system's charts that are the whole of a metric; releases have none. */
const SYSTEM: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  process_create: [['system.process_thread', 'process']],
  thread_create: [['system.process_thread', 'thread']],
  task_exit: [
    ['system.exit', 'process'],
    ['system.exit', 'thread'],
  ],
  task_error: [['system.task_error', 'task']],
};

function sumOf(agent: AgentModel, dimensions: readonly (readonly [string, string])[]): number {
  return dimensions.reduce((sum, [chart, dimension]) => sum + agent.told(chart, dimension), 0);
}
