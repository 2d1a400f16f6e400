import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CgroupTree } from '../kernel/cgroup-tree.ts';
import { run, STORM } from '../kernel/run-cli.ts';
import { Agent, CREATED } from './agent.ts';

/** Processes, threads, execs and failed forks that storm makes. */
const MADE = ['211', '103', '41', '19'];
const BOX = '/ebpf-current';
const SERVICE = '/system.slice/ebpf-current.service';

const programs = mkdtempSync(`${tmpdir()}/ebpf-processes-programs-`);
const tree = new CgroupTree();
let agent: Agent;

beforeAll(async () => {
  for (const path of [BOX, SERVICE]) await tree.make(path);
  agent = await Agent.start({
    options: '--apps --cgroups --mode return --charts current',
    appGroups: 'Storm.App: storm-app',
  });
  await agent.chart(CREATED);
  await agent.updates(2);
  copyFileSync(STORM, `${programs}/storm-app`);
  await run(`${programs}/storm-app`, MADE);
  for (const path of [BOX, SERVICE]) await tree.run(path, [STORM, ...MADE]);
});

afterAll(async () => {
  await agent.stop();
  await tree.removeAll();
  rmSync(programs, { recursive: true });
});

test.each([
  ['app.storm_app_ebpf_process_start', 'app.ebpf_process_start', 20_161, 'calls', 211],
  ['app.storm_app_ebpf_task_error', 'app.ebpf_task_error', 20_165, 'calls', 19],
  ['systemd_ebpf-current.process_create', 'systemd.service.process_create', 20_065, 'calls', 211],
  ['systemd_ebpf-current.thread_create', 'systemd.service.thread_create', 20_066, 'calls', 103],
  ['cgroup_ebpf-current.process_create', 'cgroup.process_create', 45_000, 'process', 211],
])(
  '%s is the one of Netdata 2.11, with what happened',
  async (id, context, priority, dimension, count) => {
    const chart = await agent.chart(id);
    expect(chart).toMatchObject({ context, priority, units: 'calls/s', update_every: 1 });
    const labels = {
      app: { app_group: 'Storm.App' },
      systemd: { service_name: 'ebpf-current' },
      cgroup: { cgroup_name: 'ebpf-current' },
    };
    expect(chart.chart_labels).toMatchObject(
      labels[/^[a-z]+/.exec(id)?.[0] as keyof typeof labels],
    );
    await agent.until(`${id} has ${count}`, async () => {
      const raw = await agent.raw(id);
      return raw.get(id)?.get(dimension)?.value === count;
    });
  },
);

test('no chart has the name of the contract, and the agent has nothing to say', async () => {
  const ids = Object.keys(await agent.charts());
  expect(ids.filter((id) => /^(apps|services)\.(process|thread|task)_/.test(id))).toEqual([]);
  expect(agent.complaints).toEqual([]);
});
