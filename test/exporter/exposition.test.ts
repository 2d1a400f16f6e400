import { expect, test } from 'vitest';
import { Exposition } from '../../src/exporter/exposition.ts';
import { chooseFormat, renderFamilies } from '../../src/exporter/render.ts';
import { buildFacts, buildPlanFor } from '../builders.ts';
import { buildApp, buildCgroup, buildCounts, buildScopes } from '../netdata/snapshots.ts';
import { buildSnapshot } from '../report/observation.ts';

const usage = (cpuMs: number, residentBytes: number) => ({ cpuMs, residentBytes });

const USAGE = {
  node: usage(1_500, 5e7),
  bpftrace: {
    process: usage(250, 8e7),
    tables: 0,
    tablesPerCpu: 0,
    kernelBytes: 0,
    programs: null,
    programIds: [],
  },
};

const MACHINE = buildSnapshot({
  counters: { process_created: 20, thread_created: 3, exec: 12, filtered: 1, errors: { 12: 2 } },
  missed: { exec: 1 },
  kernel: { created: { low: 7, high: 7 } },
  scopes: buildScopes({
    apps: [
      buildApp('ssh', { exec: 4, errors: { 12: 2 } }),
      buildApp('caf\xc3\xa9 "x"\n\\', { exec: 5 }),
    ],
    cgroups: [
      buildCgroup('/', { exec: 1 }),
      buildCgroup('/system.slice/nginx.service', { exec: 8 }),
    ],
    unattributed: buildCounts({ exec: 3 }),
  }),
});

function expose(format: 'text' | 'openmetrics', mostScopes = 10): Promise<string> {
  const exposition = new Exposition({
    facts: buildFacts(),
    plan: buildPlanFor({}, 'return', { apps: true, cgroups: true }),
    version: '1.2.3',
    wants: { apps: true, cgroups: true },
    mostScopes,
  });
  return renderFamilies(exposition.build(MACHINE, USAGE), format);
}

test.each(['text', 'openmetrics'] as const)('the counters as %s', async (format) => {
  await expect(await expose(format)).toMatchFileSnapshot(`texts/machine.${format}.txt`);
});

test('what is beyond the bound is counted together', async () => {
  const text = await expose('text', 1);
  expect(text).toContain('ebpf_processes_app_execs_total{app="ssh"} 4');
  expect(text).toContain('ebpf_processes_app_execs_total{app="<others>"} 5');
  expect(text).not.toContain('caf');
});

test('what is absent has no series', async () => {
  const exposition = new Exposition({
    facts: buildFacts(),
    plan: buildPlanFor(),
    version: '1.2.3',
    wants: { apps: false, cgroups: false },
    mostScopes: 10,
  });
  const snapshot = buildSnapshot({
    counters: { exec: null, released: null, errors: null },
    kernel: null,
    knowsMissed: false,
  });
  const node = { node: USAGE.node, bpftrace: undefined };
  const text = await renderFamilies(exposition.build(snapshot, node), 'text');
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(samples.join('\n')).not.toMatch(/execs|releases|failed_forks|missed|completeness|app_/);
  expect(samples).toContain('ebpf_processes_created_total{kind="process"} 0');
});

test.each([
  [undefined, 'text'],
  ['text/plain;version=0.0.4;q=0.5,*/*;q=0.1', 'text'],
  ['application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5', 'openmetrics'],
])('a reader that accepts %s gets %s', (accept, format) => {
  expect(chooseFormat(accept)).toBe(format);
});
