import { describe, expect, test } from 'vitest';
import { ScopeUpdates } from '../../src/netdata/updates.ts';
import { buildPlanFor } from '../builders.ts';
import { buildAttributor, buildDump } from '../scopes/dumps.ts';

const PLAN = buildPlanFor({}, 'return', { apps: true, cgroups: true });

/** Exits in the root, a cgroup and a service. */
function attribute() {
  const attributor = buildAttributor();
  const keys = ['1', '2', '100'].flatMap((cgroup) => [
    [{ comm: 'nginx', cgroup, counter: 'process_exited' as const }, 3] as const,
  ]);
  attributor.take(buildDump({ scalars: { process_exited: 9 }, keys }), 0, 0);
  return attributor;
}

function typesOf(text: string, word: string): string[] {
  const ids = text.split('\n').filter((line) => line.startsWith(`${word} `));
  return [...new Set(ids.map((line) => line.split(/[ .]/)[1] ?? ''))].toSorted();
}

describe('app groups, services and cgroups', () => {
  test.each([
    [{ apps: true, cgroups: true }, ['apps', 'cgroup_c2', 'ebpf_processes', 'services']],
    [{ apps: true, cgroups: false }, ['apps', 'ebpf_processes']],
    [{ apps: false, cgroups: true }, ['cgroup_c2', 'ebpf_processes', 'services']],
    [{ apps: false, cgroups: false }, []],
  ])('have charts as %j says, until all become obsolete', (wants, types) => {
    const updates = new ScopeUpdates(PLAN, wants, 1);
    const attributor = attribute();
    expect(updates.renderObsolete()).toBe('');
    const first = updates.render(attributor, () => true, undefined);
    expect(typesOf(first, 'CHART')).toEqual(types);
    expect(
      typesOf(
        updates.render(attributor, () => true, 1_000_000),
        'BEGIN',
      ),
    ).toEqual(types);
    const last = updates.renderObsolete();
    expect(typesOf(last, 'CHART')).toEqual(types);
    expect(last.split('\n').filter((line) => !line.includes(' obsolete '))).toEqual(['']);
  });

  test('a first update is the baseline, and what happened comes with the second', () => {
    const updates = new ScopeUpdates(PLAN, { apps: false, cgroups: true }, 1);
    const attributor = attribute();
    const block = (value: number, elapsed = '') =>
      `BEGIN cgroup_c2.task_exit${elapsed}\nSET exit = ${value}\nEND\n`;
    expect(updates.render(attributor, () => true, undefined)).toContain(block(0));
    expect(updates.render(attributor, () => true, 1_000_000)).toContain(block(3, ' 1000000'));
  });

  test('of a cgroup that is gone are obsolete once its last counts are out', () => {
    const updates = new ScopeUpdates(PLAN, { apps: false, cgroups: true }, 1);
    const attributor = attribute();
    updates.render(attributor, () => true, undefined);
    for (let i = 0; i < 2; i += 1) updates.render(attributor, () => false, 1);
    const text = updates.render(attributor, () => false, 1);
    expect(typesOf(text, 'BEGIN')).toEqual(['ebpf_processes', 'services']);
    expect(typesOf(text, 'CHART')).toEqual(['cgroup_c2']);
    expect(typesOf(updates.renderObsolete(), 'CHART')).toEqual(['ebpf_processes', 'services']);
  });

  test('of 600 cgroups that come and go leave little behind', () => {
    const updates = new ScopeUpdates(PLAN, { apps: false, cgroups: true }, 1);
    const place = (path: string) => ({
      ...{
        kind: 'cgroup' as const,
        name: path,
        chartType: `cgroup_${path}`,
        path: `/${path}`,
        isSettled: true,
      },
    });
    const attributor = buildAttributor({
      cgroupOf: ({ cgroup }) => place(cgroup),
      placeOf: (path) => place(path.slice(1)),
    });
    let obsolete = 0;
    for (let i = 0; i < 600; i += 1) {
      const keys = [[{ cgroup: String(i), counter: 'process_exited' as const }, 1] as const];
      attributor.take(buildDump({ scalars: { process_exited: i + 1 }, keys }), 0, i);
      const text = updates.render(attributor, (path) => path === `/${i}`, 1);
      obsolete += text
        .split('\n')
        .filter((line) => / obsolete .*task_exit|task_exit.* obsolete /.test(line)).length;
    }
    expect(obsolete).toBeGreaterThan(590);
    expect(attributor.cgroups.entries.size).toBeLessThan(270);
    expect(attributor.cgroups.places.size).toBeLessThan(270);
  });

  test('that are hidden are sent and not drawn', () => {
    const updates = new ScopeUpdates(PLAN, { apps: true, cgroups: false }, 1, new Set(['web']));
    const text = updates.render(attribute(), () => true, undefined);
    expect(text).toContain('DIMENSION web web incremental 1 1 hidden\n');
    expect(text).toContain('SET web = 0\n');
  });
});

describe('what no app group and no cgroup has', () => {
  test('holds what happened in cgroups without charts, where cgroups have charts', () => {
    const root = { kind: 'root', name: 'root', chartType: 'cgroup__', path: '/', isSettled: true };
    const of = (cgroups: boolean) => {
      const place = () => ({ ...root, kind: 'root' as const });
      const attributor = buildAttributor({ cgroupOf: place, placeOf: place });
      attributor.take(buildDump({ scalars: { exec: 7 }, keys: [[{}, 5]] }), 0, 0);
      const updates = new ScopeUpdates(PLAN, { apps: true, cgroups }, 1);
      return updates.render(attributor, () => true, undefined).match(/^SET (?!web|other).*$/gm);
    };
    const rests = ['SET overflow = 2', 'SET unknown = 0'];
    expect(of(false)).toEqual(expect.arrayContaining(rests));
    expect(of(false)).not.toContainEqual(expect.stringMatching(/root|unresolved/));
    expect(of(true)).toEqual(
      expect.arrayContaining([...rests, 'SET unresolved = 0', 'SET root = 5']),
    );
  });

  test('is published, and never steps down when its task is found after all', () => {
    const updates = new ScopeUpdates(PLAN, { apps: true, cgroups: true }, 1);
    const attributor = buildAttributor({ releasesBy: 'tag' });
    const update = () => {
      const text = updates.render(attributor, () => true, undefined);
      return [...text.matchAll(/^SET (overflow|unknown|unresolved|root) = (\d+)$/gm)].map(
        ([, , value]) => Number(value),
      );
    };
    const skipped = { count: 2, readAtNs: 1 };
    attributor.take(buildDump({ scalars: { exec: 7 } }), 0, 0, skipped);
    expect(update()).toEqual([7, 2, 0, 0]);
    const keys = [[{ comm: 'nginx', counter: 'process_exited' }, 2]] as const;
    const dump = { kernelNs: 10e9, scalars: { exec: 7, process_exited: 2 }, keys };
    attributor.take(buildDump(dump), 0, 10_000, { count: 2, readAtNs: 11e9 });
    expect(attributor.missingReleases).toBe(0);
    expect(update()).toEqual([7, 2, 0, 4]);
  });
});
