import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CgroupTree } from '../kernel/cgroup-tree.ts';
import { PACE } from '../kernel/run-cli.ts';
import { Agent, CREATED, sleep } from './agent.ts';
import { OtherNetwork } from './networks.ts';

const KEY = '11111111-2222-3333-4444-555555555555';
const CHILD = 'child';
const CGROUP = '/ebpf-stream';
const RATE = 100;
const CUT_MS = 30_000;

const tree = new CgroupTree();
let network: OtherNetwork;
let parent: Agent;
let child: Agent;
/** What the parent has of the child. */
let mirror: Agent;
let [fromMs, toMs] = [0, 0];

beforeAll(async () => {
  network = new OtherNetwork();
  await tree.make(CGROUP);
  parent = await Agent.start({
    hostname: 'parent',
    hasPlugin: false,
    address: network.ourAddress,
    stream: `[${KEY}]\n    enabled = yes\n    default memory mode = ram\n    health enabled by default = no\n`,
  });
  child = await Agent.start({
    hostname: CHILD,
    options: '--apps --cgroups --mode return',
    appGroups: 'paced: pace',
    address: network.theirAddress,
    network: network.file,
    stream: `[stream]\n    enabled = yes\n    destination = ${network.ourAddress}:${parent.port}\n    api key = ${KEY}\n    timeout seconds = 10\n    reconnect delay seconds = 1\n`,
  });
  mirror = parent.node(CHILD);
  await mirror.chart(CREATED);
  await child.updates(2);
  const pace = tree.start(CGROUP, [PACE, 'rate', String(RATE), '42']);
  const ended = once(pace, 'exit');
  await mirror.chart('cgroup_ebpf-stream.process_create');
  // A chart that is new to the parent begins there a second or two later.
  await sleep(6_000);
  fromMs = Date.now();
  network.setLink('down');
  await sleep(CUT_MS);
  network.setLink('up');
  await ended;
  toMs = Date.now();
  await mirror.until('the parent has all of it', async () => {
    const values = (await mirror.stored(CREATED, toMs, toMs + 2_000)).get('process') ?? [];
    return values.length > 0 && values.every((value) => value !== null);
  });
});

afterAll(async () => {
  await child.stop();
  await parent.stop();
  await tree.removeAll();
  network.remove();
});

test('the parent has every chart of the child, as the child has it', async () => {
  const [theirs, ours] = [await mirror.charts(), await child.charts()];
  const ids = Object.keys(ours).filter((id) => OF_PLUGIN.includes(ours[id]?.plugin ?? ''));
  expect(ids.length).toBeGreaterThan(20);
  for (const id of ids) {
    const { context, family, units, priority, update_every, plugin, module } = ours[id] ?? {};
    const same = { context, family, units, priority, update_every, plugin, module };
    expect(theirs[id], id).toMatchObject(same);
  }
  expect(Object.keys(await parent.charts())).not.toContain(CREATED);
});

test.each([
  [CREATED, 'process'],
  ['system.exit', 'process'],
  ['apps.process_create', 'paced'],
  ['cgroup_ebpf-stream.process_create', 'process'],
  ['netdata.ebpf_processes_completeness', 'completeness'],
])(
  'a link that was cut for 30 s leaves no hole in %s of the parent, and the same sum',
  async (chart, dimension) => {
    const read = async (agent: Agent) =>
      (await agent.stored(chart, fromMs, toMs)).get(dimension) ?? [];
    const ours = await read(child);
    expect(ours.length).toBeGreaterThanOrEqual(30);
    // Each chart is made up for by itself.
    await mirror.until(`the parent has the same of ${chart}`, async () => {
      const theirs = await read(mirror);
      return theirs.length === ours.length && theirs.every((value, i) => isSame(value, ours[i]));
    });
    if (dimension === 'paced') {
      const sum = ours.reduce<number>((total, value) => total + (value ?? 0), 0);
      expect(sum).toBeGreaterThan((RATE * CUT_MS) / 1_000 / 2);
    }
  },
);

const OF_PLUGIN = ['ebpf.plugin', 'ebpf-processes.plugin'];

function isSame(a: number | null, b: number | null | undefined): boolean {
  return a === null || b === null || b === undefined ? a === b : Math.abs(a - b) < 0.01;
}
