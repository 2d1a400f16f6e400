import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { childrenOf, readProc } from '../kernel/plugin-process.ts';
import { PLUGIN } from '../kernel/run-cli.ts';
import { findFaults } from '../plugins-d/reader.ts';
import { type AgentOptions, buildConfig } from './agent-config.ts';

/** A chart as the agent tells of it. */
export interface AgentChart {
  readonly id: string;
  readonly title: string;
  readonly units: string;
  readonly family: string;
  readonly context: string;
  readonly chart_type: string;
  readonly priority: number;
  readonly update_every: number;
  readonly plugin: string;
  readonly module: string;
  readonly dimensions: Readonly<Record<string, { readonly name: string }>>;
  readonly chart_labels?: Readonly<Record<string, string>>;
}

/** A directory for an agent, and a /dev/shm that only those see who are started in it. */
export class AgentPlace {
  readonly directory = mkdtempSync(`${tmpdir()}/ebpf-processes-agent-`);

  constructor() {
    // A plugin that does not run as root has to get through.
    chmodSync(this.directory, 0o755);
    for (const name of [
      'etc/health.d',
      'etc/ebpf.d',
      'plugins.d',
      'log',
      'cache',
      'lib',
      'root/dev/shm',
    ]) {
      mkdirSync(`${this.directory}/${name}`, { recursive: true });
    }
  }

  /** A file tree in which `/dev/shm` is that of this place. */
  get root(): string {
    return `${this.directory}/root`;
  }

  /** The words that start a program which sees this place's `/dev/shm`; the process keeps its id. */
  enter(program: readonly string[]): [string, string[]] {
    const script = 'mount --bind "$1" /dev/shm && shift && exec "$@"';
    return ['unshare', ['--mount', 'sh', '-c', script, 'sh', `${this.root}/dev/shm`, ...program]];
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A real Netdata agent with our plugin in it, on a port of its own, and nothing of it outside its directory. */
export class Agent {
  readonly place: AgentPlace;
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #exited: Promise<unknown>;

  private constructor(place: AgentPlace, child: ChildProcess, url: string) {
    this.place = place;
    this.#child = child;
    this.#url = url;
    this.#exited = once(child, 'exit');
  }

  /** Start an agent, and wait until it answers. */
  static async start(agentOptions: AgentOptions = {}): Promise<Agent> {
    const { appGroups, place, health, network, stream, address = '127.0.0.1' } = agentOptions;
    const port = await findFreePort();
    const home = place ?? new AgentPlace();
    const { directory } = home;
    writeFileSync(`${directory}/etc/.opt-out-from-anonymous-statistics`, '');
    writeFileSync(`${directory}/etc/netdata.conf`, buildConfig(directory, port, agentOptions));
    // In place of the one that comes with Netdata, which says 5 s and would go before what the agent gives.
    writeFileSync(`${directory}/etc/ebpf.d.conf`, '[global]\n    update every = 1\n');
    if (appGroups !== undefined) writeFileSync(`${directory}/etc/apps_groups.conf`, appGroups);
    if (health !== undefined)
      writeFileSync(`${directory}/etc/health.d/ebpf_processes.conf`, health);
    if (stream !== undefined) writeFileSync(`${directory}/etc/stream.conf`, stream);
    linkPlugin(directory);
    const console = openSync(`${directory}/log/console.log`, 'a');
    const netdata = ['netdata', '-D', '-c', `${directory}/etc/netdata.conf`];
    const [entered, args] = home.enter([...netdata, '-P', `${directory}/netdata.pid`]);
    const words = network === undefined ? [] : ['nsenter', `--net=${network}`];
    const [file = '', ...others] = [...words, entered, ...args];
    // The agent hands its own environment to the plugins.
    const child = spawn(file, others, {
      env: { PATH: `${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin` },
      stdio: ['ignore', console, console],
    });
    closeSync(console);
    const agent = new Agent(home, child, `http://${address}:${port}`);
    await agent.until('the agent answers', async () => (await agent.#get('/api/v1/info')) !== '');
    return agent;
  }

  /** The same agent, asked for what another one streams to it. */
  node(hostname: string): Agent {
    return new Agent(this.place, this.#child, `${this.#url}/host/${hostname}`);
  }

  /** Where it listens. */
  get port(): string {
    return new URL(this.#url).port;
  }

  /** Every chart that is not obsolete, by id. */
  async charts(): Promise<Readonly<Record<string, AgentChart>>> {
    return JSON.parse(await this.#get('/api/v1/charts')).charts;
  }

  /** Resolves with a chart once the agent has it. */
  async chart(id: string): Promise<AgentChart> {
    return await this.until(`there is a chart ${id}`, async () => (await this.charts())[id]);
  }

  /** The status of each alert, by its name: `CLEAR`, `WARNING` … */
  async alerts(): Promise<Readonly<Record<string, string>>> {
    const { alarms } = JSON.parse(await this.#get('/api/v1/alarms?all')) as {
      alarms: Record<string, { name: string; status: string }>;
    };
    return Object.fromEntries(Object.values(alarms).map(({ name, status }) => [name, status]));
  }

  /** What was collected last of each dimension, exactly as it was sent. @param filter - Netdata's simple patterns. */
  async raw(filter: string): Promise<Snapshot> {
    const text = await this.#get(
      `/api/v1/allmetrics?format=prometheus&source=as-collected&filter=${encodeURIComponent(filter)}`,
    );
    const found = new Map<string, Map<string, RawValue>>();
    for (const line of text.split('\n')) {
      const [, chart, dimension, value, atMs] = RAW_LINE.exec(line) ?? [];
      if (chart === undefined || dimension === undefined) continue;
      const dimensions = found.get(chart) ?? new Map<string, RawValue>();
      found.set(chart, dimensions);
      dimensions.set(dimension, { value: Number(value), atMs: Number(atMs) });
    }
    return found;
  }

  /** What our plugin sent in its last update, all of one update. */
  async snapshot(): Promise<Snapshot> {
    return await this.until('an update is whole', async () => {
      const all = await this.raw('system.* apps.* services.* cgroup_* netdata.ebpf_processes_*');
      const ours = [...all].filter(([chart]) => OURS.test(chart));
      const times = ours.flatMap(([, dimensions]) =>
        [...dimensions.values()].map((raw) => raw.atMs),
      );
      return Math.max(...times) - Math.min(...times) < 500 && new Map(ours);
    });
  }

  /**
   * The events of a chart from one second to another, by the name of the dimension: the sum of its rates.
   *
   * The agent spreads what was collected over the seconds and stores seven digits, so that only the sum is whole again,
   * and only when nothing happened at the edges.
   */
  async sums(chart: string, fromMs: number, toMs: number): Promise<Record<string, number>> {
    const stored = await this.stored(chart, fromMs, toMs);
    const sumOf = (values: readonly (number | null)[]) =>
      values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    return Object.fromEntries([...stored].map(([name, values]) => [name, sumOf(values)]));
  }

  /** What the agent has stored of a chart for each second, by the name of the dimension; `null` where there is a gap. */
  async stored(
    chart: string,
    fromMs: number,
    toMs: number,
  ): Promise<ReadonlyMap<string, readonly (number | null)[]>> {
    const query = new URLSearchParams({
      chart,
      after: String(Math.floor(fromMs / 1000)),
      before: String(Math.ceil(toMs / 1000)),
      points: '0',
      group: 'average',
      format: 'json',
      options: 'seconds',
    });
    const { labels, data } = JSON.parse(await this.#get(`/api/v1/data?${query}`)) as {
      labels: string[];
      data: (number | null)[][];
    };
    // The newest comes first, and the time is the first column.
    const rows = data.toReversed();
    return new Map(
      labels.slice(1).map((label, i) => [label, rows.map((row) => row[i + 1] ?? null)]),
    );
  }

  /** The process of our plugin, while there is one. */
  get pluginPid(): number | undefined {
    return childrenOf(this.#child.pid ?? 0).find((pid) =>
      readProc(pid, 'cmdline').startsWith('ebpf-processes.plugin'),
    );
  }

  /** What the agent and its plugins have logged. */
  get errors(): string {
    return readFileSync(`${this.place.directory}/log/error.log`, 'utf8');
  }

  /** The lines of the log that our plugin has written, or in which the agent finds fault with it. */
  get complaints(): string[] {
    return this.errors.split('\n').filter((line) => COMPLAINT.test(line));
  }

  /** Resolves with what `look` gives, once that is neither false nor `undefined`. Look at it every 200 ms, for 180 s. */
  async until<Found>(what: string, look: () => Promise<Found | false | undefined>): Promise<Found> {
    const deadlineMs = performance.now() + 180_000;
    for (;;) {
      // An agent that is busy, or not yet listening, is asked again.
      const found = await look().catch((error: unknown) => {
        if (performance.now() > deadlineMs) throw error;
        return undefined;
      });
      if (found !== undefined && found !== false) return found;
      if (this.#child.exitCode !== null) throw new Error(`the agent has ended: ${this.errors}`);
      if (performance.now() > deadlineMs) throw new Error(`not within 180 s: ${what}`);
      await sleep(200);
    }
  }

  /** Resolves once the agent has taken `updates` more updates of our plugin. */
  async updates(updates: number): Promise<void> {
    const times = new Set<number>();
    await this.until(`${updates} updates`, async () => {
      const values = (await this.raw(CREATED)).get(CREATED)?.get('process');
      if (values !== undefined) times.add(values.atMs);
      return times.size > updates;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** End the agent where it still runs, and remove its place. @throws Error where what the plugin wrote was wrong. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
    const faults = findFaultsIn(this.place.directory);
    this.place.remove();
    if (faults.length > 0) throw new Error(`what the plugin wrote is wrong:\n${faults.join('\n')}`);
  }

  async #get(path: string): Promise<string> {
    const response = await fetch(`${this.#url}${path}`, { signal: AbortSignal.timeout(5_000) });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return await response.text();
  }
}

/** The chart that is there from the first update on. */
export const CREATED = 'system.process_thread';

/** By the id of the chart and the name of the dimension. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, RawValue>>;

/** What the plan has to say of this machine, INFO, is none. */
const COMPLAINT = /: ebpf-processes\.plugin (?!INFO )|ERROR : PLUGINSD\[ebpf-proc|FATAL/;

const OURS =
  /^(system\.(process_thread|exit|process_status|task_error)|.*\.(process_create|thread_create|task_exit|task_close|task_error)|netdata\.ebpf_processes_(completeness|unattributed))$/;

interface RawValue {
  readonly value: number;
  readonly atMs: number;
}

const RAW_LINE =
  /^netdata_\w+\{chart="((?:[^"\\]|\\.)*)",.*dimension="((?:[^"\\]|\\.)*)"\} (\S+) (\d+)$/;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A program that becomes our plugin. What each of its runs writes is kept beside the log. */
function linkPlugin(directory: string): void {
  const program = `${directory}/plugins.d/ebpf-processes.plugin`;
  const keep = `tee "${directory}/log/lines.$$"`;
  writeFileSync(program, `#!/bin/bash\nexec "${PLUGIN}" "$@" > >(exec ${keep})\n`);
  chmodSync(program, 0o755);
}

/** What an agent could find fault with, of all that our plugin has written to it. */
function findFaultsIn(directory: string): string[] {
  const files = readdirSync(`${directory}/log`).filter((name) => name.startsWith('lines.'));
  return files.flatMap((name) =>
    findFaults(readFileSync(`${directory}/log/${name}`, 'utf8'), true),
  );
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
