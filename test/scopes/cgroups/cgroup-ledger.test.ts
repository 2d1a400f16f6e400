import { expect, test } from 'vitest';
import { CgroupLedger } from '../../../src/scopes/cgroups/cgroup-ledger.ts';
import { REST, type ResolvedCgroup } from '../../../src/scopes/cgroups/resolved-cgroup.ts';

const place = (i: number): ResolvedCgroup => ({
  kind: 'cgroup',
  name: `c${i}`,
  chartType: `cgroup_c${i}`,
  path: `/c${i}`,
  isSettled: true,
});
const ROOT: ResolvedCgroup = {
  ...place(0),
  kind: 'root',
  name: '/',
  chartType: 'cgroup__',
  path: '/',
};

test('4,096 cgroups have counts of their own, and what is in others is told together', () => {
  const ledger = new CgroupLedger((path) =>
    path === REST.path ? REST : place(Number(path.slice(2))),
  );
  for (let i = 1; i <= 10_000; i += 1) ledger.add(place(i), 'process_created', 0, 1);
  ledger.add(place(4_096), 'process_created', 0, 1);
  ledger.add(ROOT, 'process_created', 0, 1);
  ledger.renew(10_000);
  const counts = new Map(
    ledger
      .list(({ maps }) => maps as never)
      .map(([key, maps]) => [key, maps as unknown as Map<string, number>]),
  );
  const created = (key: string) => counts.get(key)?.get('process_created');
  expect(created('cgroup_c4096')).toBe(2);
  expect(created('cgroup_c4097')).toBeUndefined();
  expect(created(REST.chartType)).toBe(10_000 - 4_096);
  expect(created('cgroup__')).toBe(1);
  expect(ledger.places.get(REST.chartType)).toMatchObject({ name: 'other cgroups' });
  // One that is forgotten leaves its place to another one.
  ledger.forget('cgroup_c1');
  ledger.forget('cgroup__');
  ledger.forget(REST.chartType);
  ledger.add(place(20_000), 'process_created', 0, 1);
  expect(ledger.places.has('cgroup_c20000')).toBe(true);
});
