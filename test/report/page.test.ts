import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { renderPage, renderPlan } from '../../src/report/page.ts';
import type { Style } from '../../src/report/page-table.ts';
import type { Report } from '../../src/report/report.ts';
import { ABSENT_COUNTERS, buildPlanFor, buildTotals, NO_LOSS } from '../builders.ts';
import { buildCommandObservation, buildObservation } from './observation.ts';

const PLAIN: Style = (_, text) => text;
const TAGGED: Style = (format, text) => (text === '' ? '' : `<${format}>${text}</${format}>`);

describe('the page', () => {
  test.each<[string, Report]>([
    ['busy', buildBusyReport()],
    ['absent', buildAbsentReport()],
  ])('of a %s machine', async (name, report) => {
    await expect(renderPage(report, PLAIN)).toMatchFileSnapshot(`pages/${name}.txt`);
  });

  test('marks what is to stand out', () => {
    const page = renderPage(buildBusyReport(), TAGGED);
    expect(page).toContain('<bold>The whole machine, 10.0 s from 2026-11-22T12:00:00.250Z');
    expect(page).toContain('<red>99.000 % complete</red>');
    expect(page).toContain('<yellow>2 lost events');
  });

  test('has no space at the end of a line', () => {
    for (const line of renderPage(buildBusyReport(), PLAIN).split('\n')) {
      expect(line).toBe(line.trimEnd());
    }
  });

  test('of a window without time has no rates', () => {
    const now = buildTotals({ exec: 3 });
    const report = buildReport(buildObservation({ open: buildTotals(), close: now, settled: now }));
    expect(renderPage(report, PLAIN)).toMatch(/^execs +3 +-$/m);
  });
});

describe('the words of a command', () => {
  test.each([
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\nb', 'a\\x0ab'],
    ['\u009b2J', '\\x9b2J'],
    ['\u007f', '\\x7f'],
    ['été', 'été'],
  ])('%j are shown as %s', (word, shown) => {
    expect(pageOf([word])).toContain(`meanwhile: ${shown} (exit code 0, 1.00 s)\n`);
  });

  test('cannot make the terminal do anything', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (argv) => {
        expect(pageOf(argv).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 30 },
    );
  });

  test('cannot add a line', () => {
    const lines = (argv: string[]) => pageOf(argv).split('\n').length;
    expect(lines(['a\nb\r\nc', '\u2028'])).toBe(lines(['a']));
  });
});

test('a plan tells why a event is absent, and what was refused before one that is attached', () => {
  const { plan } = buildAbsentReport();
  expect(renderPlan(plan, PLAIN)).toContain('this kernel has no tracepoint task:task_newtask');
});

function pageOf(argv: string[]): string {
  const command = buildCommandObservation({ argv });
  return renderPage(buildReport(buildObservation({ command })), PLAIN);
}

function buildBusyReport(): Report {
  const close = buildTotals(
    {
      process_created: 981_234,
      thread_created: 8_766,
      exec: 1_500,
      process_exited: 981_000,
      thread_exited: 8_700,
      released: 989_000,
      errors: new Map([
        [11, 1_200],
        [22, 34],
      ]),
    },
    { kernelNs: 1010e9, tasksCreated: 1_000_000, missed: { create: 0, exit: 12, error: 0 } },
  );
  return buildReport(
    buildObservation({
      close,
      settled: { ...close, kernelNs: 1011e9, counters: { ...close.counters, released: 989_700 } },
      lossAtClose: { ...NO_LOSS, lostEvents: 2, lostDumps: 1 },
      interrupted: true,
      notices: ['bpftrace ended (signal SIGKILL) and was started again'],
      command: buildCommandObservation({
        argv: ['make', '-j2', 'a b'],
        exitCode: 2,
        seconds: 9.875,
      }),
    }),
  );
}

function buildAbsentReport(): Report {
  const plan = buildPlanFor({ tracepoints: new Map(), btf: 'absent' });
  const open = buildTotals(ABSENT_COUNTERS, { kernelNs: 1000e9 });
  const close = buildTotals(ABSENT_COUNTERS, { kernelNs: 1010e9, tasksCreated: 1_234 });
  return buildReport(buildObservation({ plan, open, close }));
}
