import { describe, expect, test } from 'vitest';
import { buildAudit } from '../../src/counters/audit.ts';
import type { Totals } from '../../src/counters/totals.ts';
import { Updates } from '../../src/netdata/updates.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { buildPlanFor, buildTotals } from '../builders.ts';
import { fc } from '../property.ts';
import { AgentModel } from './agent-model.ts';
import {
  buildApp,
  buildCgroup,
  buildCounts,
  buildKernel,
  buildScopes,
  buildSnapshot,
} from './snapshots.ts';

const PLAN = buildPlanFor({}, 'return', { apps: true, cgroups: true });
const CREATED = 'system.process_thread';

function open(updateEverySeconds = 1, wants = { apps: true, cgroups: true }) {
  const updates = new Updates(PLAN, {
    updateEverySeconds,
    ...wants,
    isMonitored: true,
    charts: 'contract',
  });
  const agent = new AgentModel(updateEverySeconds);
  /** Take a snapshot at its period; returns the text, where there is an update. */
  const take = (snapshot: Snapshot) => {
    const text = updates.take(snapshot)?.text;
    agent.take(text ?? '');
    return text;
  };
  return { updates, agent, take };
}

/** Ten processes a second, as long as it is counted. */
function steady(period: number, different: Partial<Totals> = {}, counted = period): Snapshot {
  const counters = { process_created: 10 * counted };
  const totals = buildTotals(counters, { period, kernel: buildKernel(10 * period), ...different });
  return buildSnapshot(totals, buildScopes({ apps: [buildApp('web', counters)] }));
}

describe('an update is due', () => {
  const dueAt = (periods: readonly number[], updateEverySeconds: number) => {
    const { updates } = open(updateEverySeconds);
    return periods.filter((period) => updates.take(steady(period)) !== undefined);
  };

  test('with the first snapshot of each interval', () => {
    expect(dueAt([3, 4, 5, 6, 7, 8, 9], 3)).toEqual([3, 6, 9]);
    expect(dueAt([7, 8, 9], 1)).toEqual([7, 8, 9]);
  });

  test('for the first time where an interval begins, so that no interval is a part of one', () => {
    expect(dueAt([4, 5, 6, 7, 8, 9], 3)).toEqual([6, 9]);
    expect(dueAt([4, 5, 7, 8, 9], 3)).toEqual([7, 9]);
  });

  test('again where an interval begins, after bpftrace was started again or dumps were lost', () => {
    const { updates } = open(3);
    const isDue = (period: number, run: number) =>
      updates.take(steady(period, { run })) !== undefined;
    const due = (periods: readonly number[], run: number) =>
      periods.filter((period) => isDue(period, run));
    expect(due([3, 4, 5, 6, 7], 0)).toEqual([3, 6]);
    expect(due([9, 10, 11, 12], 1)).toEqual([12]);
    expect(due([13, 24, 25, 26, 27], 1)).toEqual([27]);
  });

  test('with the next snapshot where a dump at the begin of an interval is late or lost', () => {
    expect(dueAt([3, 4, 5, 7, 8, 9, 12], 3)).toEqual([3, 7, 9, 12]);
  });

  test('never later than with the first dump of the next interval', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 10, maxLength: 20 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (lengths, updateEverySeconds) => {
        let period = 0;
        const periods = [0, ...lengths.map((length) => (period += length))];
        const due = dueAt(periods, updateEverySeconds);
        const gaps = due.slice(1).map((at, i) => at - (due[i] ?? 0));
        // A dump is up to 2 s after the one before here.
        expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(updateEverySeconds + 1);
      }),
    );
  });
});

test('time that seems to go back is the shortest that there is', () => {
  const { updates } = open();
  updates.take(steady(4));
  const later = steady(5);
  const back = { ...later, totals: { ...later.totals, kernelNs: 3e9 } };
  const text = updates.take(back)?.text;
  expect(text).toMatch(/^BEGIN system.process_thread 1$/m);
});

/** A value of an interval comes with the second update, and Netdata draws a dimension from its second value on. */
describe('what Netdata draws', () => {
  const drawn = (snapshots: readonly Snapshot[], updateEverySeconds = 1) => {
    const { agent, take } = open(updateEverySeconds);
    for (const snapshot of snapshots) take(snapshot);
    return agent;
  };

  test('is the rate of each interval', () => {
    const agent = drawn([1, 2, 3, 4].map((period) => steady(period)));
    expect(agent.drawn(CREATED, 'process')).toEqual([10, 10, 10]);
    expect(agent.drawn('apps.process_create', 'web')).toEqual([10, 10, 10]);
  });

  test('of a group that appears is all of it, with the second update; what is sent is never late', () => {
    const at = (period: number, created: number) => {
      const counters = { process_created: created };
      return buildSnapshot(
        buildTotals(counters, { period }),
        buildScopes({
          apps: created > 0 ? [buildApp('web', counters)] : [],
          cgroups: created > 0 ? [buildCgroup('/c', counters)] : [],
        }),
      );
    };
    const agent = drawn([at(1, 0), at(2, 0), at(3, 7)]);
    expect(agent.told('apps.process_create', 'web')).toBe(7);
    expect(agent.told('cgroup_c.process_create', 'process')).toBe(7);
    const later = drawn([at(1, 0), at(2, 0), at(3, 7), at(4, 9), at(5, 9)]);
    expect(later.drawn('apps.process_create', 'web')).toEqual([9, 0]);
    expect(later.drawn('cgroup_c.process_create', 'process')).toEqual([9, 0]);
  });

  test('in a chart that appears begins with the second update, which sets its clock', () => {
    const { take } = open();
    const at = (period: number, created: number) => {
      const scope = { process_created: created };
      const cgroups = [buildCgroup('/c', scope), buildCgroup('/s.service', scope)];
      return buildSnapshot(
        buildTotals(scope, { period }),
        buildScopes({ cgroups: created > 0 ? cgroups : [] }),
      );
    };
    const texts = [at(1, 0), at(2, 7), at(3, 9), at(4, 9)].map((snapshot) => take(snapshot) ?? '');
    for (const [chart, dimension] of [
      ['cgroup_c.process_create', 'process'],
      ['services.process_create', 'systemd_s'],
    ]) {
      const setsClock = new RegExp(`^CHART ${chart} .*\\nBEGIN ${chart} 1000000$`, 'm');
      expect(texts.map((text) => setsClock.test(text))).toEqual([false, false, true, false]);
      expect(texts[1]).toContain(
        `BEGIN ${chart}\nSET ${dimension} = 0\nEND\nBEGIN ${chart} 1\nSET ${dimension} = 7\nEND\n`,
      );
    }
  });

  test('over one late or lost dump is the rate too, because nothing is missing', () => {
    const agent = drawn([1, 2, 4, 5].map((period) => steady(period)));
    expect(agent.drawn(CREATED, 'process')).toEqual([10, 10, 10, 10]);
    // A difference of two intervals is none of one.
    expect(agent.drawn('system.process_status', 'process')).toEqual([null, null, 10]);
  });

  test('over several lost dumps is a gap to the begin of an interval, with no peak after it', () => {
    const agent = drawn([1, 2, 3, 8, 9, 10, 11].map((period) => steady(period)));
    const gap = [10, 10, null, null, null, null, null, null, 10, 10];
    expect(agent.drawn(CREATED, 'process')).toEqual(gap);
    expect(agent.drawn('apps.process_create', 'web').slice(1)).toEqual(gap.slice(1));
    expect(agent.drawn('system.process_status', 'process')).toEqual(gap.slice(1));
  });

  test.each([1, 2, 4])(
    'over %d s in which bpftrace was killed is a gap, no low rate',
    (seconds) => {
      const again = (period: number) => steady(period, { run: 1 }, period - seconds + 0.1);
      // bpftrace dumps as soon as it is back, in the middle of a second.
      const back = 3 + seconds;
      const agent = drawn([
        steady(1),
        steady(2),
        steady(3),
        ...[-1, 0, 1, 2].map((i) => again(back + i)),
      ]);
      const gap = [10, 10, ...Array(seconds).fill(null), 10, 10];
      expect(agent.drawn(CREATED, 'process')).toEqual(gap);
      expect(agent.drawn('apps.process_create', 'web').slice(1)).toEqual(gap.slice(1));
      expect(agent.drawn('system.process_status', 'process')).toEqual(gap.slice(1));
      expect(agent.drawn('netdata.ebpf_processes_unattributed', 'root').slice(2, -2)).toEqual(
        Array(seconds).fill(null),
      );
    },
  );

  test('over a hole of which cgroups have counts is a gap in their charts too', () => {
    const at = (period: number, run: number, created: number) => {
      const counters = { process_created: created };
      const cgroups = [buildCgroup('/c', counters), buildCgroup('/s.service', counters)];
      return buildSnapshot(
        buildTotals({ process_created: 2 * created }, { period, run }),
        buildScopes({ cgroups }),
      );
    };
    const agent = drawn([
      at(1, 0, 1),
      at(2, 0, 1),
      at(3, 0, 6),
      at(5, 1, 7),
      at(6, 1, 8),
      at(7, 1, 13),
      at(8, 1, 18),
    ]);
    const gap = [0, 5, null, null, null, 5, 5];
    expect(agent.drawn('cgroup_c.process_create', 'process')).toEqual(gap);
    expect(agent.drawn('services.process_create', 'systemd_s')).toEqual(gap);
  });

  test('of a container that gets its name after a hole is what it did beside the hole', () => {
    const waiting = { isSettled: false, chartType: 'cgroup_id' };
    const at = (period: number, run: number, path: string, created: number, different = {}) =>
      buildSnapshot(
        buildTotals({ process_created: created }, { period, run }),
        buildScopes({
          cgroups: [buildCgroup(path, { process_created: created }, different)],
        }),
      );
    const named = { chartType: 'cgroup_web', key: 'cgroup_web' };
    const agent = drawn([
      at(1, 0, '/docker/id', 3, waiting),
      at(1, 1, '/docker/id', 90, waiting),
      at(2, 1, '/docker/id', 100, waiting),
      at(3, 1, '/docker/id', 104, waiting),
      at(4, 1, '/docker/id', 105, named),
      at(5, 1, '/docker/id', 105, named),
    ]);
    expect(agent.told('cgroup_web.process_create', 'process')).toBe(3 + 5);
    // The same where it has no charts of its own after all, and the hole is the moment in which that is known.
    const other = drawn([
      at(1, 0, '/docker/id', 3, waiting),
      at(1, 1, '/', 90),
      at(2, 1, '/', 100),
      at(3, 1, '/', 104),
    ]);
    expect(other.told('netdata.ebpf_processes_unattributed', 'root')).toBe(3 + 4);
  });
});

describe('completeness', () => {
  const ID = 'netdata.ebpf_processes_completeness';
  const at = (period: number, created: number, kernel: Totals['kernel']) =>
    buildSnapshot(buildTotals({ process_created: created }, { period, kernel }));

  test('is the share of the interval, a gap where nothing could be checked', () => {
    const { agent, take } = open();
    take(at(1, 0, buildKernel(100)));
    take(at(2, 100, buildKernel(200)));
    take(at(3, 150, buildKernel(300)));
    expect(take(at(4, 200, null))).toContain(`BEGIN ${ID} 1000000\nEND\n`);
    take(at(5, 300, buildKernel(500)));
    take(at(6, 400, buildKernel(600)));
    expect(agent.drawn(ID, 'completeness')).toEqual([50, null, null, 100]);
  });

  test('of a hole says how much is lacking', () => {
    const { agent, take } = open();
    for (const snapshot of [
      steady(1),
      steady(2),
      steady(2, { run: 1 }, 2.2),
      steady(3, { run: 1 }, 2.5),
    ])
      take(snapshot);
    expect(agent.drawn(ID, 'completeness')).toEqual([50]);
  });

  test('is never below 0 or above 100', () => {
    const range = fc
      .tuple(fc.nat(1_000), fc.nat(1_000))
      .map(([low, width]) => ({ low, high: low + width }));
    const step = fc.record({
      created: fc.nat(1_000),
      forks: fc.option(range),
      isLate: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const { agent, take } = open();
        let [period, created, low] = [0, 0, 0];
        const checked = steps.map((next) => {
          period += next.isLate ? 3 : 1;
          created += next.created;
          low += next.forks?.low ?? 0;
          const high = low + (next.forks ? next.forks.high - next.forks.low : 0);
          const bounds = { low, high };
          const kernel = next.forks && { created: bounds, released: bounds, zombies: null };
          const snapshot = at(period, created, kernel);
          take(snapshot);
          return snapshot.totals;
        });
        const values = agent.drawn(ID, 'completeness').filter((value) => value !== null);
        expect(values.filter((value) => !(value >= 0 && value <= 100))).toEqual([]);
        // Not each snapshot is an update: any two may be the edges of what is drawn.
        const known = checked.flatMap((from, i) =>
          checked.slice(i + 1).map((to) => buildAudit(from, to).completeness),
        );
        if (known.every((share) => share === null)) expect(values).toEqual([]);
      }),
    );
  });
});

describe('netdata.ebpf_processes_unattributed', () => {
  const ID = 'netdata.ebpf_processes_unattributed';
  const everything = {
    process_created: 1,
    thread_created: 10,
    exec: 100,
    process_exited: 1_000,
    thread_exited: 10_000,
    released: 100_000,
    errors: { 11: 300_000, 12: 700_000 },
  };

  test('holds events of which the groups have charts, and so no execs', () => {
    const { agent, take } = open();
    const scopes = buildScopes({
      dropped: buildCounts(everything),
      unattributed: buildCounts({ released: 2, exec: 5 }),
      cgroups: [
        buildCgroup('/', { process_exited: 3, exec: 7 }),
        buildCgroup('', { thread_created: 4 }, { kind: 'unresolved', key: 'cgroup_unresolved' }),
        buildCgroup('/web', everything),
      ],
    });
    take(buildSnapshot(buildTotals({}, { period: 1 }), scopes));
    const told = ['dropped', 'unattributed', 'unresolved', 'root'].map((id) => agent.told(ID, id));
    expect(told).toEqual([1_111_011, 2, 4, 3]);
  });

  test('has no dimensions of cgroups where these have no charts', () => {
    const { take } = open(1, { apps: true, cgroups: false });
    const lines = take(steady(1))?.split('\n') ?? [];
    const chart = lines.slice(lines.findIndex((line) => line.startsWith(`CHART ${ID}`)) + 1);
    expect(chart).toEqual([
      'DIMENSION dropped dropped incremental 1 1',
      'DIMENSION unattributed unattributed incremental 1 1',
      `BEGIN ${ID}`,
      'SET dropped = 0',
      'SET unattributed = 0',
      'END',
      '',
    ]);
  });
});

describe('the charts that there are', () => {
  test.each([
    [{ apps: true, cgroups: true }, true],
    [{ apps: false, cgroups: false }, true],
    [{ apps: true, cgroups: true }, false],
  ])('with %j, kept apart: %j, become obsolete at the end', (wants, isKeyed) => {
    const { keying } = PLAN;
    const plan = { ...PLAN, keying: isKeyed ? keying : null };
    const updates = new Updates(plan, {
      updateEverySeconds: 1,
      ...wants,
      isMonitored: true,
      charts: 'contract',
    });
    const scopes = buildScopes({ apps: [buildApp('web')], cgroups: [buildCgroup('/c')] });
    expect(updates.renderObsolete()).toBe('');
    const text = updates.take(buildSnapshot(buildTotals(), isKeyed ? scopes : null))?.text ?? '';
    const idsOf = (lines: string) =>
      [...lines.matchAll(/^CHART (\S+)/gm)].map(([, id]) => id ?? '').toSorted();
    const obsolete = updates.renderObsolete();
    expect(idsOf(obsolete)).toEqual(idsOf(text));
    expect(obsolete).toMatch(/^(CHART .* 1 obsolete .*\n)+$/);
    const types = [...new Set(idsOf(text).map((id) => id.split('.')[0]))];
    const scoped = ['apps', 'cgroup_c', 'netdata', 'system'];
    expect(types).toEqual(isKeyed && wants.apps ? scoped : ['netdata', 'system']);
  });
});

test('an app group that its user hides is sent and not drawn', () => {
  const { take } = open();
  const hidden = { ...buildApp('web', { process_created: 3 }), isHidden: true };
  const at = (period: number) =>
    take(buildSnapshot(buildTotals({}, { period }), buildScopes({ apps: [hidden] })));
  expect(at(1)).toContain('DIMENSION web web incremental 1 1 hidden\n');
  expect(at(2)).toContain('SET web = 3\n');
});

test('keys of cgroups that are gone are told once, when 256 others went after them', () => {
  const { updates } = open();
  const forgotten: string[] = [];
  for (let period = 0; period < 300; period += 1) {
    const of = (i: number) =>
      buildCgroup(`/c${i}`, { process_exited: 1 }, { isLive: i === period });
    const cgroups = Array.from({ length: period + 1 }, (_, i) => of(i)).filter(
      ({ key }) => !forgotten.includes(key),
    );
    const snapshot = buildSnapshot(buildTotals({}, { period }), buildScopes({ cgroups }));
    forgotten.push(...(updates.take(snapshot)?.forgotten ?? []));
  }
  expect(forgotten.length).toBeGreaterThan(30);
  expect(forgotten).toEqual(forgotten.map((_, i) => `cgroup_c${i}`));
});
