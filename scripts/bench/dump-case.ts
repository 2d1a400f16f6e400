/** One case of the benchmark of dumps, in a process of its own: a `DumpCase` as JSON → a `DumpCost` as JSON. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type Dump, DumpReader } from '../../src/bpftrace/dumps.ts';
import { parseLine } from '../../src/bpftrace/lines.ts';
import { TotalsBuilder } from '../../src/counters/totals.ts';
import { Updates } from '../../src/netdata/updates.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { readProcess } from '../../src/procfs/process.ts';
import { COUNTER_NUMBERS } from '../../src/program/key/layout.ts';
import { DIALECTS } from '../../src/scopes/apps/dialect.ts';
import { parseAppGroups } from '../../src/scopes/apps/parse-app-groups.ts';
import { Attributor } from '../../src/scopes/attributor.ts';
import { CgroupPaths } from '../../src/scopes/cgroups/cgroup-paths.ts';
import { CgroupResolver } from '../../src/scopes/cgroups/resolve-cgroup.ts';
import { ProcessTree } from '../../src/scopes/tasks/tree.ts';
import { median } from './statistics.ts';

/** What there is on the machine, and how much of it a dump tells of. */
export interface DumpCase {
  readonly keys: number;
  readonly cgroups: number;
  readonly groups: number;
  readonly processes: number;
}

export interface DumpCost {
  readonly readMs: number;
  readonly attributeMs: number;
  readonly publishMs: number;
  readonly totalMs: number;
  readonly peakMegabytes: number;
}

const WARM_UP_DUMPS = 5;
const DUMPS = 15;

const FIRST_PROCESS = 1_000;

/** The counters of a life; each key is of one of them. */
const COUNTERS = ['process_created', 'exec', 'process_exited', 'thread_exited'] as const;

const NO_LOSS = { lostEvents: 0, helperErrors: 0, brokenLines: 0, lostDumps: 0, restarts: 0 };

const PLAN: Plan = {
  events: (['create', 'exec', 'exit', 'release'] as const).map((event) => ({
    event,
    family: 'tracepoint',
    attachType: 'tracepoint',
    candidate: event,
    attachPoints: [],
    maps: mapsOf(event),
    quality: 'exact',
    reason: '',
    rejected: [],
  })),
  keying: null,
  hasCommand: false,
  tellsUser: false,
  task: null,
  fieldPlaces: new Map(),
  tables: 'per-cpu',
  losesNewKeys: false,
  config: {},
  isRealTime: false,
  fentryWords: { fentry: 'fentry', fexit: 'fexit' },
  notes: [],
  warnings: [],
};

const root = mkdtempSync(`${tmpdir()}/ebpf-processes-bench-`);
try {
  console.log(JSON.stringify(measure(JSON.parse(process.argv[2] ?? '') as DumpCase)));
} finally {
  rmSync(root, { recursive: true });
}

function measure(one: DumpCase): DumpCost {
  const ids = makeCgroups(one);
  makeProcesses(one);
  const texts = buildKeys(one, ids);
  const list = Array.from({ length: one.groups }, (_, i) => `group${i}: ${nameOf(i)}*`).join('\n');
  const paths = new CgroupPaths(`${root}/cgroup`);
  const resolver = new CgroupResolver({ isLive: (path) => paths.isLive(path) });
  const attributor = new Attributor({
    tree: new ProcessTree(parseAppGroups(list, DIALECTS.own).groups, (id) => readProcess(id, root)),
    cgroupOf: (task, nowMs) => resolver.resolve(paths.pathOf(task, nowMs), nowMs),
    placeOf: (path, nowMs) => resolver.resolve(path, nowMs),
    plan: PLAN,
    pathOfProcess: () => undefined,
    isCgroupLive: (path) => paths.isLive(path),
  });
  const updates = new Updates(PLAN, {
    updateEverySeconds: 1,
    apps: true,
    cgroups: true,
    isMonitored: true,
    charts: 'contract',
  });
  const builder = new TotalsBuilder(PLAN);
  const reader = new DumpReader();
  const costs = Array.from({ length: WARM_UP_DUMPS + DUMPS }, (_, i) => {
    const text = buildDumpText(i, texts);
    const startMs = cpuMs();
    const dump = readDump(reader, text);
    const readMs = cpuMs();
    const totals = builder.next({ dump, run: 0, misses: undefined, tasks: undefined });
    attributor.take(dump, totals, i * 1_000);
    const scopes = attributor.state();
    const attributedMs = cpuMs();
    updates.take({ wallMs: 0, totals, scopes, command: null, loss: NO_LOSS, diagnosis: null });
    const publishedMs = cpuMs();
    return {
      readMs: readMs - startMs,
      attributeMs: attributedMs - readMs,
      publishMs: publishedMs - attributedMs,
      totalMs: publishedMs - startMs,
    };
  }).slice(WARM_UP_DUMPS);
  if (attributor.state().cgroups.length < Math.min(one.cgroups, one.keys)) {
    throw new Error('the keys did not reach all cgroups');
  }
  return {
    readMs: median(costs.map((cost) => cost.readMs)),
    attributeMs: median(costs.map((cost) => cost.attributeMs)),
    publishMs: median(costs.map((cost) => cost.publishMs)),
    totalMs: median(costs.map((cost) => cost.totalMs)),
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}

/** Half of them services, half containers; returns their ids. */
function makeCgroups({ cgroups }: DumpCase): string[] {
  return Array.from({ length: cgroups }, (_, i) => {
    const path =
      i % 2 === 0 ? `system.slice/unit${i}.service` : `docker/${String(i).padStart(64, '0')}`;
    mkdirSync(`${root}/cgroup/${path}`, { recursive: true });
    return String(statSync(`${root}/cgroup/${path}`, { bigint: true }).ino);
  });
}

function makeProcesses({ processes, groups }: DumpCase): void {
  for (let i = 0; i < processes; i += 1) {
    const id = FIRST_PROCESS + i;
    mkdirSync(`${root}/proc/${id}`, { recursive: true });
    const zeros = Array.from({ length: 17 }, () => '0').join(' ');
    const comm = nameOf(i % groups);
    writeFileSync(`${root}/proc/${id}/stat`, `${id} (${comm}) S 1 ${zeros} 77 0\n`);
    writeFileSync(`${root}/proc/${id}/cmdline`, `/usr/bin/${comm}\0--option\0`);
  }
}

function nameOf(group: number): string {
  return `prog${String(group).padStart(4, '0')}`;
}

function buildKeys({ keys, processes, groups }: DumpCase, cgroups: readonly string[]): string[] {
  return Array.from({ length: keys }, (_, i) => {
    const comm = Buffer.alloc(16);
    // No two keys are alike: short-lived children differ by their parent or their name.
    comm.write(`${nameOf(i % groups)}-${Math.floor(i / processes)}`, 'latin1');
    const counter = COUNTERS[i % COUNTERS.length] ?? 'exec';
    const process = FIRST_PROCESS + (i % processes);
    const isCaller = counter === 'process_created';
    return [
      ...(isCaller ? [process, 1] : [0, process]),
      ...[comm.readBigUInt64LE(0), comm.readBigUInt64LE(8)],
      ...[cgroups[i % cgroups.length], COUNTER_NUMBERS[counter]],
    ].join(',');
  });
}

/** As the program prints it; see `emitDoubleBufferDump`. */
function buildDumpText(i: number, keys: readonly string[]): string {
  const half = i % 2 === 0 ? 'a' : 'b';
  const printf = (text: string) => JSON.stringify({ type: 'printf', data: `${text}\n` });
  const map = (name: string, value: unknown) =>
    JSON.stringify({ type: 'map', data: { [`@${name}_${half}`]: value } });
  return [
    printf(`begin ${i} ${i * 1_000_000_000} ${half === 'a' ? 0 : 1}`),
    ...COUNTERS.map((counter) => map(counter, (i + 1) * keys.length)),
    map('keys', Object.fromEntries(keys.map((key) => [key, 1]))),
    printf(`end ${i}`),
  ].join('\n');
}

function readDump(reader: DumpReader, text: string): Dump {
  for (const line of text.split('\n')) {
    const dump = reader.push(parseLine(line));
    if (dump !== undefined) return dump;
  }
  throw new Error('the dump is not whole');
}

function mapsOf(event: 'create' | 'exec' | 'exit' | 'release'): string[] {
  const maps = {
    create: ['process_created', 'thread_created'],
    exec: ['exec', 'thread_exec'],
    exit: ['process_exited', 'thread_exited'],
    release: ['released'],
  };
  return maps[event];
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
