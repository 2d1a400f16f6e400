import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findExecutable } from '../../src/host/executables.ts';
import { CgroupTree } from './cgroup-tree.ts';
import { CLI, CROWD, projectFile } from './run-cli.ts';

const CGROUP = `/ebpf-processes-exporter-${process.pid}`;

/** Of nobody on any machine. */
const USER = '54321';

const ALERTS = projectFile('config/prometheus/alerts.yml');

let root = '';
const children: ChildProcess[] = [];
const cgroups = new CgroupTree();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'exporter-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill()) await ended;
  }
  await cgroups.removeAll();
  rmSync(root, { recursive: true });
});

/** Start a program that says on standard error what matches. */
async function start(file: string, args: string[], says: RegExp): Promise<string> {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let text = '';
  return await new Promise((resolve, reject) => {
    child.stderr.on('data', (data) => {
      text += data;
      const match = says.exec(text);
      if (match !== null) resolve(match[1] ?? '');
    });
    child.on('exit', (code) => reject(new Error(`${file} ended with ${code}: ${text}`)));
  });
}

async function startExporter(): Promise<string> {
  const args = ['exporter', '--listen', '127.0.0.1:0', '--mode', 'return'];
  return await start(CLI, args, /listening on http:\/\/(\S+)\/metrics/);
}

/** A real Prometheus that looks every second. @returns Its address. */
async function startPrometheus(target: string): Promise<string> {
  const config = join(root, 'prometheus.yml');
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [ALERTS],
      scrape_configs: [{ job_name: 'ebpf', static_configs: [{ targets: [target] }] }],
    }),
  );
  const storage = `--storage.tsdb.path=${join(root, 'data')}`;
  const args = [`--config.file=${config}`, storage, '--web.listen-address=127.0.0.1:0'];
  // Where it listens is told before it is ready.
  return await start('prometheus', args, /msg="Listening on" address=(\S+)/);
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

interface Answer {
  readonly status: string;
  readonly data: { readonly result: readonly Series[] };
}

async function ask(prometheus: string, query: string): Promise<readonly Series[]> {
  const url = `http://${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`;
  const answer = (await (await fetch(url)).json()) as Answer;
  if (answer.status !== 'success') throw new Error(`${query}: ${JSON.stringify(answer)}`);
  return answer.data.result;
}

/** Ask again until it holds. */
async function waitFor<Value>(look: () => Promise<Value>, isIt: (value: Value) => boolean) {
  const until = Date.now() + 30_000;
  for (;;) {
    const value = await look().catch(() => undefined);
    if (value !== undefined && isIt(value)) return value;
    if (Date.now() > until) throw new Error(`it never came: ${JSON.stringify(value)}`);
    await sleep(200);
  }
}

const numberOf = (series: readonly Series[]) => Number(series[0]?.value[1] ?? Number.NaN);

/** A counter of the test's own cgroup. */
function own(name: string, labels = ''): string {
  return `ebpf_processes_cgroup_${name}_total{cgroup="${CGROUP}"${labels}}`;
}

test.skipIf(findExecutable('prometheus') === undefined)(
  'a real Prometheus sees what happens exactly, and rings where forks fail',
  async () => {
    const target = await startExporter();
    const prometheus = await startPrometheus(target);
    const now = (query: string) => ask(prometheus, query).then(numberOf);
    const created = own('created', ',kind="process"');
    // An increase is seen only of a series that is there: a process has executed sleep in it.
    await cgroups.make(CGROUP);
    await waitFor(
      () => now(created),
      (count) => count === 0,
    );

    expect((await cgroups.run(CGROUP, [CROWD, 'lives', '100', '20'])).exitCode).toBe(0);
    await waitFor(
      () => now(own('exits', ',kind="process"')),
      (count) => count >= 121,
    );
    // Twice more, so that nothing comes late.
    await sleep(2_000);
    expect(await now(created)).toBe(120);
    // Prometheus extrapolates to the edges of the range, where nothing happened.
    const increase = await now(`increase(${created}[1m])`);
    expect(increase).toBeGreaterThanOrEqual(120);
    expect(increase).toBeLessThan(300);

    const limited = ['setpriv', '--reuid', USER, '--clear-groups', 'prlimit', '--nproc=10:40'];
    await cgroups.run(CGROUP, [...limited, CROWD, 'fill', '19']);
    await waitFor(
      () => now(own('failed_forks')),
      (count) => count === 19,
    );
    const alerts = () => ask(prometheus, 'ALERTS{alertname="ForksFail",alertstate="firing"}');
    const [alert] = await waitFor(alerts, (series) => series.length > 0);
    expect(alert?.metric).toMatchObject({ errno: 'EAGAIN', severity: 'critical' });

    // Every query of the dashboard is one, and those of what is always there have an answer.
    const dashboard = JSON.parse(
      readFileSync(projectFile('config/grafana/dashboard.json'), 'utf8'),
    );
    for (const panel of dashboard.panels) {
      for (const { expr } of panel.targets) {
        const query = expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '10s');
        const answer = await ask(prometheus, query);
        // A busy machine may leave nothing to compare with, and a kernel tell no misses.
        if (/completeness|missed/.test(query)) continue;
        expect(answer.length, query).toBeGreaterThan(0);
      }
    }

    for (const accept of ['text/plain', 'application/openmetrics-text; version=1.0.0']) {
      const response = await fetch(`http://${target}/metrics`, { headers: { accept } });
      const text = await response.text();
      expect(response.headers.get('content-type')).toContain(accept.split(';')[0]);
      if (accept === 'text/plain') execFileSync('promtool', ['check', 'metrics'], { input: text });
      else expect(text.endsWith('\n# EOF\n')).toBe(true);
    }
    expect((await fetch(`http://${target}/healthz`)).status).toBe(200);
    expect((await fetch(`http://${target}/other`)).status).toBe(404);
  },
);

test.skipIf(findExecutable('promtool') === undefined)('each alert rings when it should', () => {
  const rules = projectFile('config/prometheus/alerts.test.yml');
  expect(execFileSync('promtool', ['test', 'rules', rules], { encoding: 'utf8' })).toContain(
    'SUCCESS',
  );
});

test('a file for the textfile collector is written, and written again', async () => {
  const file = join(root, 'counters.prom');
  const args = ['exporter', '--textfile', file, '--every', '1'];
  const child = spawn(CLI, args, { stdio: 'ignore' });
  children.push(child);
  const modified = async () => statSync(file).mtimeMs;
  const first = await waitFor(modified, (time) => time > 0);
  await waitFor(modified, (time) => time > first);
  expect(readFileSync(file, 'utf8')).toMatch(
    /^ebpf_processes_created_total\{kind="process"\} \d+$/m,
  );
});
