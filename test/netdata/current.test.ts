import { expect, test } from 'vitest';
import { CURRENT_APPS, toAppKey } from '../../src/netdata/scope-kinds.ts';
import { Updates } from '../../src/netdata/updates.ts';
import { buildPlanFor, buildTotals } from '../builders.ts';
import { PluginReader } from '../plugins-d/reader.ts';
import { buildApp, buildCgroup, buildScopes, buildSnapshot } from './snapshots.ts';

const PLAN = buildPlanFor({}, 'return', { apps: true, cgroups: true });
const COUNTS = {
  process_created: 7,
  thread_created: 5,
  process_exited: 3,
  thread_exited: 2,
  released: 4,
  errors: { '11': 6 },
};

/** What was written in three updates, in which all counts came with the second. */
function read(charts: 'contract' | 'current'): PluginReader {
  const updates = new Updates(PLAN, {
    updateEverySeconds: 1,
    apps: true,
    cgroups: true,
    isMonitored: true,
    charts,
  });
  const reader = new PluginReader();
  for (let period = 1; period <= 3; period += 1) {
    const counts = period === 1 ? {} : COUNTS;
    const scopes = buildScopes({
      apps: [buildApp('My.Group', counts)],
      cgroups: [buildCgroup('/system.slice/web.service', counts), buildCgroup('/box', counts)],
    });
    const snapshot = buildSnapshot(buildTotals(counts, { period }), scopes);
    reader.take(updates.take(snapshot)?.text ?? '');
  }
  expect(reader.end().faults).toEqual([]);
  return reader;
}

/** As Netdata 2.11 has them: id, context, family, type, priority, units, label, dimensions with their last value. */
const TABLE = [
  [
    'app.my_group_ebpf_process_start app.ebpf_process_start processes stacked 20161 calls/s app_group=My.Group',
    'calls=7',
  ],
  [
    'app.my_group_ebpf_thread_start app.ebpf_thread_start processes stacked 20162 calls/s app_group=My.Group',
    'calls=5',
  ],
  [
    'app.my_group_ebpf_task_exit app.ebpf_task_exit processes stacked 20163 calls/s app_group=My.Group',
    'calls=5',
  ],
  [
    'app.my_group_ebpf_task_released app.ebpf_task_released processes stacked 20164 calls/s app_group=My.Group',
    'calls=4',
  ],
  [
    'app.my_group_ebpf_task_error app.ebpf_task_error processes stacked 20165 calls/s app_group=My.Group',
    'calls=6',
  ],
  [
    'systemd_web.process_create systemd.service.process_create process stacked 20065 calls/s service_name=web',
    'calls=7',
  ],
  [
    'systemd_web.thread_create systemd.service.thread_create process stacked 20066 calls/s service_name=web',
    'calls=5',
  ],
  [
    'systemd_web.task_exit systemd.service.task_exit process stacked 20067 calls/s service_name=web',
    'calls=5',
  ],
  [
    'systemd_web.task_close systemd.service.task_close process stacked 20068 calls/s service_name=web',
    'calls=4',
  ],
  [
    'systemd_web.task_error systemd.service.task_error process stacked 20069 calls/s service_name=web',
    'calls=6',
  ],
  [
    'cgroup_box.process_create cgroup.process_create processes line 45000 calls/s cgroup_name=box',
    'process=7',
  ],
  [
    'cgroup_box.thread_create cgroup.thread_create processes line 45001 calls/s cgroup_name=box',
    'thread=5',
  ],
  ['cgroup_box.task_exit cgroup.task_exit processes line 45002 calls/s cgroup_name=box', 'exit=5'],
  [
    'cgroup_box.task_close cgroup.task_close processes line 45003 calls/s cgroup_name=box',
    'process=4',
  ],
  [
    'cgroup_box.task_error cgroup.task_error processes line 45004 calls/s cgroup_name=box',
    'process=6',
  ],
  [
    'system.process_thread system.process_thread processes line 21002 calls/s ',
    'process=7 thread=5',
  ],
  ['system.exit system.exit processes line 21003 calls/s ', 'process=3 thread=2 task=4'],
  ['system.process_status system.process_status processes line 21004 calls ', 'process=0 zombie=0'],
  ['system.task_error system.task_error processes line 21005 calls/s ', 'process=6'],
] as const;

test('charts = current has the charts of Netdata 2.11', () => {
  const { charts } = read('current');
  const shown = [...charts.values()].filter(({ id }) => !id.startsWith('netdata.'));
  const found = shown.map(
    ({ id, context, family, chartType, priority, units, labels, dimensions }) => [
      `${id} ${context} ${family} ${chartType} ${priority} ${units} ${[...labels].map((label) => label.join('=')).join()}`,
      [...dimensions].map(([dimension, { value }]) => `${dimension}=${value}`).join(' '),
    ],
  );
  expect(found.toSorted()).toEqual(TABLE.map((row) => [...row]).toSorted());
});

test('the values are those of charts = contract', () => {
  const [contract, current] = [read('contract'), read('current')];
  const pairs = [
    ['apps.process_create', 'My.Group', 'app.my_group_ebpf_process_start'],
    ['apps.task_close', 'My.Group', 'app.my_group_ebpf_task_released'],
    ['services.task_exit', 'systemd_web', 'systemd_web.task_exit'],
    ['services.task_error', 'systemd_web', 'systemd_web.task_error'],
  ] as const;
  for (const [old, dimension, id] of pairs) {
    const value = contract.charts.get(old)?.dimensions.get(dimension)?.value;
    expect(value, old).toBeGreaterThan(0);
    expect(current.charts.get(id)?.dimensions.get('calls')?.value, id).toBe(value);
  }
});

test('groups whose names look the same in an id have charts of their own', () => {
  const taken = new Set(['a_b']);
  const key = toAppKey('a b', (candidate) => taken.has(candidate));
  expect(key).toMatch(/^a_b_[0-9a-f]{8}$/);
  const long = toAppKey('x'.repeat(300), () => false);
  const [metric] = [{ current: { id: 'task_released', title: '' }, priority: 0 } as never];
  expect(CURRENT_APPS.place(metric, long).id.length).toBeLessThan(200);
});
