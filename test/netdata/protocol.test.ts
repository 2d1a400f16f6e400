import { describe, expect, test } from 'vitest';
import { buildCharts, type Chart } from '../../src/netdata/charts.ts';
import {
  renderChartDefinitions,
  renderUpdate,
  renderWords,
  setWords,
} from '../../src/netdata/protocol.ts';
import { buildTotals } from '../builders.ts';
import { fc } from '../property.ts';
import { buildCounts, buildKernel } from './snapshots.ts';

const WISHES = { charts: 'contract', isMonitored: true } as const;
const CHARTS = buildCharts(buildCounts(), WISHES);

test('an equals sign is a name but in a SET line, where it separates', () => {
  expect(renderWords([['DIMENSION', 'a', '=', 'absolute'], setWords('=', 3)])).toBe(
    "DIMENSION a '=' absolute\nSET '=' = 3\n",
  );
});

test('charts are introduced as the integration introduces them', () => {
  expect(renderChartDefinitions(CHARTS, 5)).toBe(
    [
      "CHART system.process_thread '' 'Start process' calls/s processes system.process_thread line 21002 5 '' ebpf.plugin process",
      'DIMENSION process process incremental 1 1',
      'DIMENSION thread thread incremental 1 1',
      "CHART system.exit '' 'Exit process' calls/s processes system.exit line 21003 5 '' ebpf.plugin process",
      'DIMENSION process process incremental 1 1',
      'DIMENSION thread thread incremental 1 1',
      "CHART system.process_status '' 'Process not closed' difference processes system.process_status line 21004 5 '' ebpf.plugin process",
      'DIMENSION process process absolute 1 1',
      'DIMENSION zombie zombie absolute 1 1',
      "CHART system.task_error '' 'Fails to create process' calls/s processes system.task_error line 21005 5 '' ebpf.plugin process",
      'DIMENSION task task incremental 1 1',
      "CHART netdata.ebpf_processes_completeness '' 'Processes and threads that were counted when they were created, of those in /proc/stat' % ebpf netdata.ebpf_processes_completeness line 140900 5 '' ebpf-processes.plugin audit",
      'DIMENSION completeness completeness absolute 1 1000',
      '',
    ].join('\n'),
  );
});

describe('an update', () => {
  const open = buildTotals(
    { process_created: 10, process_exited: 7, released: 7 },
    { kernel: buildKernel(1_000) },
  );
  const close = buildTotals(
    {
      process_created: 25,
      thread_created: 5,
      process_exited: 20,
      thread_exited: 4,
      released: 22,
      errors: { 22: 3 },
    },
    { kernel: buildKernel(1_020) },
  );
  const elapsedUs = 5_000_123;

  test('that is the first gives counters their baseline and no interval', () => {
    const update = { counters: open.counters, interval: undefined, elapsedUs: undefined };
    expect(renderUpdate(CHARTS, update)).toBe(
      [
        'BEGIN system.process_thread',
        'SET process = 10',
        'SET thread = 0',
        'END',
        'BEGIN system.exit',
        'SET process = 7',
        'SET thread = 0',
        'END',
        'BEGIN system.task_error',
        'SET task = 0',
        'END',
        '',
      ].join('\n'),
    );
  });

  test('that is the second gives all, with the microseconds since the first', () => {
    const interval = { open, close, isWhole: true };
    expect(renderUpdate(CHARTS, { counters: close.counters, interval, elapsedUs })).toBe(
      [
        'BEGIN system.process_thread 5000123',
        'SET process = 25',
        'SET thread = 5',
        'END',
        'BEGIN system.exit 5000123',
        'SET process = 20',
        'SET thread = 4',
        'END',
        'BEGIN system.process_status 5000123',
        'SET process = 2',
        'SET zombie = 2',
        'END',
        'BEGIN system.task_error 5000123',
        'SET task = 3',
        'END',
        'BEGIN netdata.ebpf_processes_completeness 5000123',
        'SET completeness = 100000',
        'END',
        '',
      ].join('\n'),
    );
  });

  test('after a hole sets no counter, and says how much is lacking', () => {
    const interval = { open, close, isWhole: false };
    expect(renderUpdate(CHARTS, { counters: null, interval, elapsedUs })).toBe(
      [
        'BEGIN system.process_thread 5000123',
        'END',
        'BEGIN system.exit 5000123',
        'END',
        'BEGIN system.process_status 5000123',
        'END',
        'BEGIN system.task_error 5000123',
        'END',
        'BEGIN netdata.ebpf_processes_completeness 5000123',
        'SET completeness = 100000',
        'END',
        '',
      ].join('\n'),
    );
  });
});

/** Those that mean something to Netdata, and others; a table of all of them takes seconds to make. */
const anyCharacter = fc.oneof(
  fc.constantFrom("'", '"', ' ', '=', '\\', '\n', '\r', '\t', '\0'),
  fc.integer({ min: 0, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
);

describe('a word of a line', () => {
  test.each([
    ['plain', 'plain'],
    ['calls/s', 'calls/s'],
    ['', "''"],
    ['two words', "'two words'"],
    ['a=b', "'a=b'"],
    ["it's", '"it\'s"'],
    ['say "yes"', '\'say "yes"\''],
    [`it's "so"`, '"it\'s _so_"'],
    ['one\nEND\ntwo', "'one END two'"],
    ['tab\there', "'tab here'"],
    ['bell\u0007 and \u009b', "'bell  and  '"],
    ['prozeß', "'prozeß'"],
  ])('%j is written %s', (title, word) => {
    const [line] = renderChartDefinitions([{ ...chart(), title }], 1).split('\n');
    expect(line).toBe(`CHART system.exit '' ${word} calls/s processes system.exit line 1 1 '' p m`);
  });

  test('never breaks a line or ends early, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 30 }), (title) => {
        const text = renderChartDefinitions([{ ...chart(), title }], 1);
        expect(text.split('\n')).toHaveLength(2);
        expect(splitWords(text)).toHaveLength(13);
      }),
    );
  });
});

function chart(): Chart {
  return {
    id: 'system.exit',
    title: '',
    units: 'calls/s',
    family: 'processes',
    context: 'system.exit',
    priority: 1,
    plugin: 'p',
    module: 'm',
    dimensions: [],
  };
}

/** As Netdata's tokeniser does: a word in quotes of one kind ends at the next quote of that kind. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) => word);
}
