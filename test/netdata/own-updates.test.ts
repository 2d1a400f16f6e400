import { expect, test } from 'vitest';
import { OWN_CHARTS, type OwnFigures } from '../../src/netdata/own-charts.ts';
import { OwnUpdates } from '../../src/netdata/own-updates.ts';
import { buildPlanFor, NO_LOSS } from '../builders.ts';
import { PluginReader } from '../plugins-d/reader.ts';

const BPFTRACE = {
  process: { cpuMs: 70, residentBytes: 80 * 1024 * 1024 },
  tables: 12,
  tablesPerCpu: 9,
  programIds: [7],
  kernelBytes: 123_456,
  programs: { runs: 1_000, runNs: 400_000_000 },
};
const FIGURES: OwnFigures = {
  plan: buildPlanFor(),
  secondsLeft: 42,
  missed: { create: 1, exec: 2, exit: 3, error: 4 },
  loss: { ...NO_LOSS, restarts: 5, brokenLines: 6 },
  usage: { node: { cpuMs: 30.4, residentBytes: 60 * 1024 * 1024 }, bpftrace: BPFTRACE },
};

function read(...texts: string[]): (id: string, dimension: string) => number | undefined {
  const reader = new PluginReader();
  for (const text of texts) reader.take(text);
  expect(reader.end().faults).toEqual([]);
  return (id, dimension) => {
    const found = reader.charts.get(`netdata.ebpf_processes_${id}`)?.dimensions.get(dimension);
    return found?.value === undefined ? undefined : found.value / found.divisor;
  };
}

test('each chart has what was measured', () => {
  const updates = new OwnUpdates(1);
  const later = { runs: 1_500, runNs: 700_000_000 };
  const value = read(
    updates.render(FIGURES, 10e9),
    updates.render(
      { ...FIGURES, usage: { ...FIGURES.usage, bpftrace: { ...BPFTRACE, programs: later } } },
      20e9,
    ),
  );
  const attached = (value('load_methods', 'legacy') ?? 0) + (value('load_methods', 'co-re') ?? 0);
  expect(attached).toBeGreaterThan(0);
  expect({
    threads: value('threads', 'process'),
    lifetime: value('life_time', 'process'),
    kernel: value('kernel_memory', 'memory_locked'),
    tables: value('hash_tables_count', 'hash_table'),
    perCore: [value('hash_tables_per_core', 'per_core'), value('hash_tables_per_core', 'unique')],
    missed: value('missed', 'exit'),
    lines: value('lost', 'lines'),
    restarts: value('restarts', 'bpftrace'),
    cpu: ['node', 'bpftrace', 'programs'].map((dimension) => value('cpu', dimension)),
    memory: [value('memory', 'node'), value('memory', 'bpftrace')],
    perEvent: value('program_time', 'per_event'),
  }).toEqual({
    threads: 1,
    lifetime: 42,
    kernel: 123_456,
    tables: 12,
    perCore: [1, 0],
    missed: 3,
    lines: 6,
    restarts: 5,
    cpu: [30, 70, 700],
    memory: [60, 80],
    perEvent: 600_000,
  });
});

test('what is not known is absent, not 0', () => {
  const updates = new OwnUpdates(1);
  const text = updates.render(
    {
      ...FIGURES,
      secondsLeft: null,
      missed: null,
      usage: { ...FIGURES.usage, bpftrace: undefined },
    },
    10e9,
  );
  const value = read(text);
  for (const [id, dimension] of [
    ['life_time', 'process'],
    ['missed', 'exit'],
    ['kernel_memory', 'memory_locked'],
    ['cpu', 'programs'],
    ['program_time', 'per_event'],
  ] as const)
    expect(value(id, dimension), id).toBeUndefined();
  expect(text).not.toContain('CHART netdata.ebpf_processes_kernel_memory');
});

test('an update is due every 10 s, or as rarely as those of the other charts', () => {
  const due = (updateEverySeconds: number, periods: number) => {
    const updates = new OwnUpdates(updateEverySeconds);
    return Array.from({ length: periods }, (_, i) => i).filter((period) => updates.isDue(period));
  };
  expect(due(1, 31)).toEqual([0, 10, 20, 30]);
  expect(due(4, 30)).toEqual([0, 12, 24]);
  expect(due(15, 40)).toEqual([0, 15, 30]);
});

test('at the end every chart that was declared becomes obsolete', () => {
  const updates = new OwnUpdates(1);
  expect(updates.renderObsolete()).toBe('');
  const texts = [updates.render(FIGURES, 10e9), updates.render(FIGURES, 20e9)];
  read(...texts, updates.renderObsolete());
  expect(updates.renderObsolete().trimEnd().split('\n')).toHaveLength(OWN_CHARTS.length - 1);
});
