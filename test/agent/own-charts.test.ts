import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { OWN_CHARTS } from '../../src/netdata/own-charts.ts';
import { readProcess } from '../../src/procfs/process.ts';
import { readAppGroups } from '../../src/scopes/apps/read-app-groups.ts';
import { ProcessTree } from '../../src/scopes/tasks/tree.ts';
import { childrenOf, readProc } from '../kernel/plugin-process.ts';
import { buildKey } from '../scopes/keys.ts';
import { Agent, CREATED } from './agent.ts';
import { STOCK_CONFIG } from './agent-config.ts';

const STATISTICS = '/proc/sys/kernel/bpf_stats_enabled';
const statistics = readFileSync(STATISTICS, 'utf8');

let agent: Agent;
afterEach(async () => {
  writeFileSync(STATISTICS, statistics);
  await agent.stop();
});

test('the charts about ourselves stand in the section of Netdata’s own, with what we use', async () => {
  writeFileSync(STATISTICS, '1');
  agent = await Agent.start({ options: '--apps' });
  const programTime = await agent.chart('netdata.ebpf_processes_program_time');
  expect(programTime).toMatchObject({ context: 'netdata.ebpf_processes_program_time' });
  const charts = await agent.charts();
  const ours = Object.values(charts).filter(({ id }) => id.startsWith('netdata.ebpf_processes_'));
  // It runs without an end: there is no time that is left.
  const absent = ['netdata.ebpf_processes_life_time'];
  expect(ours.map(({ id }) => id).toSorted()).toEqual(
    [
      ...OWN_CHARTS.map(({ id }) => id).filter((id) => !absent.includes(id)),
      'netdata.ebpf_processes_completeness',
      'netdata.ebpf_processes_unattributed',
    ].toSorted(),
  );
  for (const chart of OWN_CHARTS.filter(({ id }) => !absent.includes(id))) {
    const { context, units, chartType, priority } = chart;
    expect(charts[chart.id]).toMatchObject({
      context,
      units,
      chart_type: chartType,
      priority,
      family: 'ebpf',
      update_every: 10,
    });
  }
  const raw = await agent.raw('netdata.ebpf_processes_*');
  const value = (id: string, dimension: string) =>
    raw.get(`netdata.ebpf_processes_${id}`)?.get(dimension)?.value ?? Number.NaN;
  expect(value('threads', 'process')).toBe(1);
  expect(value('restarts', 'bpftrace')).toBe(0);
  expect(value('hash_tables_count', 'hash_table')).toBeGreaterThan(4);
  expect(value('kernel_memory', 'memory_locked')).toBeGreaterThan(10_000);
  // What was sent is in KiB.
  expect(value('memory', 'node')).toBeGreaterThan(10_000);
  expect(value('memory', 'bpftrace')).toBeGreaterThan(10_000);
  expect(value('cpu', 'node')).toBeGreaterThan(10);
  expect(value('program_time', 'per_event')).toBeGreaterThan(10);
  expect(value('program_time', 'per_event')).toBeLessThan(1_000_000);
  expect(agent.complaints).toEqual([]);
});

test('it says once what is attached, and is of the group netdata, as its bpftrace is', async () => {
  agent = await Agent.start({ updateEvery: 2 });
  await agent.chart(CREATED);
  const told = agent.errors.split('\n').filter((line) => / INFO {2}: MAIN : bpftrace /.test(line));
  expect(told).toEqual([
    expect.stringMatching(
      / counts create \(.*; an update every 1 s \(ebpf\.d\.conf:2, not 2 s as netdata\.conf says\)$/,
    ),
  ]);
  const { groups } = readAppGroups([STOCK_CONFIG], { version: '1.x', stockDirectories: [] });
  const tree = new ProcessTree(groups, readProcess);
  const plugin = agent.pluginPid ?? 0;
  const bpftrace = childrenOf(plugin).filter((pid) => /^bpftrace/.test(readProc(pid, 'comm')));
  expect(bpftrace).toHaveLength(1);
  for (const id of [plugin, ...bpftrace]) {
    const { comm = '', parent = 0 } = readProcess(id) ?? {};
    expect(tree.groupOf(buildKey({ id, comm, parent }), 0), comm).toBe('netdata');
  }
});

test('there are none where the agent wants none', async () => {
  agent = await Agent.start({ options: '--apps', isMonitored: false });
  await agent.chart(CREATED);
  await agent.updates(2);
  const ids = Object.keys(await agent.charts());
  expect(ids.filter((id) => id.startsWith('netdata.ebpf_'))).toEqual([]);
});
