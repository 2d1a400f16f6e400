import { afterEach, expect, test } from 'vitest';
import { CgroupTree } from '../kernel/cgroup-tree.ts';
import { childrenOf, readProc, waitUntilGone } from '../kernel/plugin-process.ts';
import { STORM } from '../kernel/run-cli.ts';
import { Agent, CREATED } from './agent.ts';

const OPTIONS = '--apps --cgroups --mode return';

const tree = new CgroupTree();
let agent: Agent;

afterEach(async () => {
  await agent.stop();
  await tree.removeAll();
});

async function start(): Promise<number[]> {
  agent = await Agent.start({ options: OPTIONS });
  await agent.chart(CREATED);
  await agent.updates(2);
  const plugin = agent.pluginPid ?? 0;
  const bpftrace = childrenOf(plugin).find((pid) => readProc(pid, 'comm').startsWith('bpftrace'));
  expect([plugin, bpftrace]).toEqual([expect.any(Number), expect.any(Number)]);
  return [plugin, bpftrace ?? 0];
}

/** Make processes in a cgroup; resolves once the agent has a total of them, and has stored exactly these. */
async function storm(path: string, processes: number, total: number): Promise<void> {
  const type = `cgroup_${path.slice(1)}`;
  const chart = `${type}.process_create`;
  const fromMs = Date.now() - 1_000;
  const { exitCode } = await tree.run(path, [STORM, String(processes), '0', '0', '0']);
  expect(exitCode).toBe(0);
  await agent.until(`${total} are counted`, async () => {
    const raw = await agent.raw(`${type}.*`);
    return raw.get(chart)?.get('process')?.value === total;
  });
  await agent.updates(3);
  const sums = await agent.sums(chart, fromMs, Date.now());
  expect(sums['process']).toBeCloseTo(processes, 2);
}

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'nothing of us is left when the agent ends by %s',
  async (signal) => {
    const pids = await start();
    agent.signal(signal);
    for (const pid of pids) expect(await waitUntilGone(pid, 30_000)).toBeLessThan(5_000);
    expect(agent.complaints).toEqual([]);
  },
);

test('a plugin that somebody ends is started again by the agent, and its charts go on', async () => {
  const [plugin = 0] = await start();
  await tree.make('/ebpf-again');
  await storm('/ebpf-again', 211, 211);

  process.kill(plugin, 'SIGTERM');
  await agent.until('there is another plugin', async () => {
    const pid = agent.pluginPid;
    return pid !== undefined && pid !== plugin;
  });
  await agent.updates(2);
  // Counters begin at zero again; Netdata takes that for what it is.
  await storm('/ebpf-again', 103, 103);
});

test('a plugin that can never work says so once, and is not started again', async () => {
  agent = await Agent.start({ options: '--bpftrace /nowhere/bpftrace' });
  await agent.until('it has given up', async () => agent.complaints.length > 0);
  await agent.until('it is gone', async () => agent.pluginPid === undefined);
  // Longer than the agent waits where it would start it again.
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  expect(agent.pluginPid).toBeUndefined();
  const own = agent.complaints.filter((line) => line.includes('ebpf-processes.plugin '));
  expect(own).toEqual([expect.stringContaining('/nowhere/bpftrace')]);
});

test('a cgroup that goes takes its charts with it, and they go on when it comes back', async () => {
  await start();
  const goes = async () => {
    await tree.remove('/ebpf-gone');
    await agent.until('its charts are gone', async () => {
      const ids = Object.keys(await agent.charts());
      return !ids.some((id) => /^cgroup_ebpf-gone\.(process|thread|task)_/.test(id));
    });
  };
  const comes = () => tree.make('/ebpf-gone');
  await comes();
  await storm('/ebpf-gone', 101, 101);
  await goes();
  await comes();
  await storm('/ebpf-gone', 53, 154);
  await goes();
  // By then the agent has freed them.
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  await comes();
  await storm('/ebpf-gone', 29, 183);
  expect(agent.complaints).toEqual([]);
});

test('a service that goes takes its dimension with it, which goes on when it comes back', async () => {
  const chart = 'services.process_create';
  const path = (name: string) => `/system.slice/${name}.service`;
  const works = async (name: string, processes: number, total: number) => {
    const fromMs = Date.now() - 1_000;
    await tree.run(path(name), [STORM, String(processes), '0', '0', '0']);
    await agent.until(`${total} are counted`, async () => {
      const raw = await agent.raw('services.*');
      return raw.get(chart)?.get(name)?.value === total;
    });
    await agent.updates(3);
    const sums = await agent.sums(chart, fromMs, Date.now());
    expect(sums[name]).toBeCloseTo(processes, 2);
  };
  const shown = async () => {
    const { dimensions } = await agent.chart(chart);
    return Object.values(dimensions).map(({ name }) => name);
  };
  await start();
  await tree.make(path('ebpf-stays'));
  await tree.make(path('ebpf-gone'));
  await works('ebpf-stays', 11, 11);
  await works('ebpf-gone', 101, 101);
  await tree.remove(path('ebpf-gone'));
  await agent.until('its dimension is gone', async () => !(await shown()).includes('ebpf-gone'));
  expect(await shown()).toContain('ebpf-stays');
  await tree.make(path('ebpf-gone'));
  await works('ebpf-gone', 53, 154);
  await works('ebpf-stays', 7, 18);
  expect(agent.complaints).toEqual([]);
});

test('a cgroup that lives for a moment between two updates leaves its 23 processes', async () => {
  await start();
  const fromMs = Date.now() - 1_000;
  await tree.make('/ebpf-moment');
  await tree.run('/ebpf-moment', [STORM, '23', '0', '0', '0']);
  await tree.remove('/ebpf-moment');
  await agent.updates(6);
  const sums = await agent.sums('cgroup_ebpf-moment.process_create', fromMs, Date.now());
  expect(sums['process']).toBeCloseTo(23, 2);
  expect(Object.keys(await agent.charts())).not.toContain('cgroup_ebpf-moment.process_create');
});
