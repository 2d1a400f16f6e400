import { afterAll, beforeAll, expect, test } from 'vitest';
import { CgroupTree } from '../kernel/cgroup-tree.ts';
import { childrenOf, readProc } from '../kernel/plugin-process.ts';
import { PACE } from '../kernel/run-cli.ts';
import { Agent, CREATED, sleep } from './agent.ts';

const CGROUP = '/ebpf-gap';
const RATE = 400;
const SECONDS = 24;
const KILL_AFTER_MS = 10_000;

/** Where the processes of pace are counted; the machine's own may be beside them in the chart of the system. */
const CHARTS = [
  { chart: CREATED, dimension: 'process', isAlone: false },
  { chart: 'apps.process_create', dimension: 'paced', isAlone: true },
  { chart: 'cgroup_ebpf-gap.process_create', dimension: 'process', isAlone: true },
] as const;

const tree = new CgroupTree();
let agent: Agent;
let [fromMs, toMs] = [0, 0];

beforeAll(async () => {
  await tree.make(CGROUP);
  agent = await Agent.start({ options: '--apps --cgroups', appGroups: 'paced: pace' });
  await agent.chart(CREATED);
  await agent.updates(2);
  // So that a busy machine does not make it late.
  const paced = ['nice', '-n', '-15', PACE, 'rate', String(RATE), String(SECONDS)];
  const pace = tree.run(CGROUP, paced);
  const startedMs = Date.now();
  await sleep(KILL_AFTER_MS);
  const bpftrace = childrenOf(agent.pluginPid ?? 0).find(
    (pid) => readProc(pid, 'comm') === 'bpftrace\n',
  );
  if (bpftrace === undefined) throw new Error('there is no bpftrace');
  process.kill(bpftrace, 'SIGKILL');
  expect(await pace).toMatchObject({ exitCode: 0 });
  await agent.updates(3);
  // New groups appear with the second update; and at the end the rate falls to nothing.
  fromMs = startedMs + 3_000;
  toMs = startedMs + (SECONDS - 2) * 1_000;
});

afterAll(async () => {
  await agent.stop();
  await tree.removeAll();
});

test.each(CHARTS)(
  'a killed bpftrace leaves one gap in $chart, neither a low rate nor a peak',
  async ({ chart, dimension, isAlone }) => {
    const values = (await agent.stored(chart, fromMs, toMs)).get(dimension) ?? [];
    const words = values.map(String).join(' ');
    const [first, last] = [values.indexOf(null), values.lastIndexOf(null)];
    expect(first, words).toBeGreaterThan(1);
    expect(last, words).toBeLessThan(values.length - 3);
    expect(values.slice(first, last + 1), words).toEqual(Array(last + 1 - first).fill(null));
    const beside = [...values.slice(first - 2, first), ...values.slice(last + 1, last + 4)];
    const rates = beside.map((value) => value ?? Number.NaN);
    expect(Math.min(...rates), words).toBeGreaterThan(0.6 * RATE);
    if (isAlone) expect(Math.max(...rates), words).toBeLessThan(1.4 * RATE);
  },
);
