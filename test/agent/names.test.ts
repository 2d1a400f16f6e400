import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import { NetdataShm } from '../../src/scopes/cgroups/netdata-shm.ts';
import { chartTypeOf } from '../../src/scopes/cgroups/parse-netdata-shm.ts';
import { CgroupTree } from '../kernel/cgroup-tree.ts';
import { run, STORM } from '../kernel/run-cli.ts';
import { Agent, CREATED, type Snapshot } from './agent.ts';

const LONG = 'long-'.repeat(40);

/** As runtimes make them, and as nobody should. Whatever Netdata makes of the name, our charts have the same type. */
const CGROUPS = [
  '/plain',
  '/with.dots.and-dashes',
  '/UPPER,comma',
  `/it's "quoted" = a b`,
  '/käse',
  '/köse',
  '/back\\slash\ttab',
  '/BEGIN',
  '/SET x = 1',
  '/%s%n',
  `/${LONG}`,
  '/outer.slice/outer-inner.slice/job.scope',
  `/docker/${'0a1b2c3d'.repeat(8)}`,
  `/system.slice/docker-${'1b2c3d4e'.repeat(8)}.scope`,
  `/machine.slice/libpod-${'2c3d4e5f'.repeat(8)}.scope`,
  `/kubepods/burstable/pod11111111-2222-3333-4444-555555555555/${'3d4e5f60'.repeat(8)}`,
  '/machine.slice/machine-qemu\\x2d1\\x2dvm1.scope',
  '/lxc.payload.web',
];

const SERVICES = [
  '/system.slice/plain.service',
  `/system.slice/it's "quoted" = a b.service`,
  '/system.slice/sys-devices\\x2dfoo.service',
  '/system.slice/käse.service',
  // Netdata 1.37 draws nothing of one that is longer.
  `/system.slice/${LONG.slice(0, 150)}.service`,
];

/** Group, and the comm of what belongs to it. */
const GROUPS = [
  ['plain', 'storm-plain'],
  ["it's = x", "it's a"],
  ['say "hi" = 1', 'say "hi"'],
  ['a=b', 'a=b c'],
  ['käse', 'käse'],
  ['köse', 'köse'],
  ['back\\slash', 'back\\slash'],
  ['BEGIN', 'END'],
  ['#hash', '#x'],
  [LONG, 'x'.repeat(15)],
] as const;

const programs = mkdtempSync(`${tmpdir()}/ebpf-processes-programs-`);
const tree = new CgroupTree();
let agent: Agent;
let snapshot: Snapshot;

/** Another number of processes for each, so that each is known by its count. */
const processesOf = (place: number) => 307 + 2 * place;

beforeAll(async () => {
  const lines = GROUPS.map(([group, comm]) => `${quoteWord(group)}: ${quoteWord(comm)}`);
  agent = await Agent.start({
    options: '--apps --cgroups',
    appGroups: lines.join('\n'),
  });
  await agent.chart(CREATED);
  await agent.updates(2);
  for (const path of [...CGROUPS, ...SERVICES]) await tree.make(path);
  // A cgroup that Netdata names otherwise later has its counts on two charts, and the first becomes obsolete. Netdata
  // draws one of those that it cannot tell apart.
  await agent.until('Netdata has found them', async () => {
    const ids = Object.keys(await agent.charts()).filter((id) => /^cgroup_.*\.cpu$/.test(id));
    return ids.length >= CGROUPS.length - 1;
  });
  // What it shares is read every 5 s.
  await agent.updates(7);
  for (const [i, path] of [...CGROUPS, ...SERVICES].entries()) {
    const ended = await tree.run(path, [STORM, String(processesOf(i)), '0', '0', '0']);
    expect(ended).toMatchObject({ exitCode: 0 });
  }
  for (const [i, [, comm]] of GROUPS.entries()) {
    copyFileSync(STORM, `${programs}/${comm}`);
    await run(`${programs}/${comm}`, [String(processesOf(i)), '0', '0', '0']);
  }
  // Netdata asks several times for the name of a container that no runtime knows.
  await agent.until('every cgroup has charts', async () => {
    const raw = await agent.raw('cgroup_*');
    // The machine may have others, which may have theirs before.
    return ofOurs(valuesOf(raw, /\.process_create$/)).length >= CGROUPS.length;
  });
  await agent.updates(4);
  snapshot = await agent.snapshot();
});

afterAll(async () => {
  await agent.stop();
  await tree.removeAll();
  rmSync(programs, { recursive: true });
});

test('every cgroup has a chart with its own count', () => {
  const expected = CGROUPS.map((_, i) => processesOf(i));
  expect(ofOurs(valuesOf(snapshot, /^cgroup_.*\.process_create$/))).toEqual(expected);
});

test('every service has a dimension with its own count', () => {
  const expected = SERVICES.map((_, i) => processesOf(CGROUPS.length + i));
  expect(ofOurs(valuesOf(snapshot, /^services\.process_create$/))).toEqual(expected);
});

test('every app group has a dimension with its own count', () => {
  // By the name that is shown: two of them must not be shown alike, whatever Netdata makes of them.
  const values = valuesOf(snapshot, /^apps\.process_create$/);
  const counts = GROUPS.map((_, i) => processesOf(i));
  expect(counts.filter((count) => !values.includes(count))).toEqual([]);
});

test('the charts stand where Netdata’s own charts of the same cgroups stand', async () => {
  const charts = await agent.charts();
  const types = [...snapshot]
    .filter(([, values]) => ofOurs([values.get('process')?.value ?? 0]).length > 0)
    .flatMap(([id]) => /^(cgroup_.*)\.process_create$/.exec(id)?.[1] ?? []);
  expect(types).toHaveLength(CGROUPS.length);
  const alone = types.filter((type) => !(`${type}.cpu` in charts));
  // Netdata draws one of those that it cannot tell apart.
  expect(alone).toEqual([expect.stringMatching(/^cgroup_k__se_[0-9a-f]{8}$/)]);
});

test('the dimensions of services are named as Netdata’s own', async () => {
  const charts = await agent.charts();
  const namesIn = (id: string) =>
    Object.values(charts[id]?.dimensions ?? {})
      .map(({ name }) => name)
      .sort();
  expect(namesIn('services.process_create')).toEqual(namesIn('services.cpu'));
});

describe('Netdata’s shared memory', () => {
  test.each([...CGROUPS, ...SERVICES])('has the name of %s', async (path) => {
    const layout = readCgroupLayout('');
    const mount = 'v2Mount' in layout ? layout.v2Mount : '';
    const shared = new NetdataShm(agent.place.root, [mount], [0]).read(0);
    const entry = shared?.find(Buffer.from(path).toString('latin1'));
    expect(entry).toMatchObject({ isService: path.endsWith('.service') });
    if (entry === undefined || entry.isService) return;
    // One of two that Netdata cannot tell apart has no charts.
    expect(entry.isEnabled).toBe(!entry.isDuplicate);
    expect((await agent.charts())[`${chartTypeOf(entry)}.cpu`]).toBeDefined();
  });
});

test('the agent has nothing to say against us', () => {
  expect(agent.complaints).toEqual([]);
});

/** There is no escape in that file: a word with one kind of quotes stands in the other, and both stand where none begins it. */
function quoteWord(word: string): string {
  if (!word.includes("'")) return `'${word}'`;
  return word.includes('"') ? word.replaceAll(' ', '') : `"${word}"`;
}

function valuesOf(snapshot: Snapshot, chart: RegExp): number[] {
  return [...snapshot]
    .filter(([id]) => chart.test(id))
    .flatMap(([, dimensions]) => [...dimensions.values()].map(({ value }) => value));
}

/** In ascending order, without the cgroups that others use meanwhile. */
function ofOurs(values: readonly number[]): number[] {
  const all = [...CGROUPS, ...SERVICES].map((_, i) => processesOf(i));
  return values.filter((value) => all.includes(value)).sort((a, b) => a - b);
}
