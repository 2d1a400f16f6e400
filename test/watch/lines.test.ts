import { describe, expect, test } from 'vitest';
import { renderCsvHeader, renderCsvRow } from '../../src/watch/columns.ts';
import { renderHeader, renderLine } from '../../src/watch/lines.ts';
import { showCount, showRate } from '../../src/watch/numbers.ts';
import { buildWindow, HOSTILE, narrow } from './updates.ts';

describe('one line an interval', () => {
  test('is aligned below its head', () => {
    const quiet = buildWindow(1, { verdict: [] });
    const absent = { ...quiet, system: { ...quiet.system, exec: null, errors: null } };
    const lines = [
      renderHeader(),
      renderLine(quiet, '10:00:02'),
      renderLine(absent, '10:00:04'),
      renderLine(buildWindow(1000), '10:00:06', 80),
    ];
    expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
      "
          time  procs/s  thrds/s  execs/s  exits/s  fails/s  zombies  verdict
      10:00:02      0.5      1.5      0.5      0.5      3.5        0  ok
      10:00:04      0.5      1.5        -      0.5        -        0  ok
      10:00:06      500      1.5      500      500      3.5        0  FORKS FAIL (+1)…
      "
    `);
  });

  test('has no name in it that is a command to the terminal', () => {
    const [finding] = buildWindow(1000).verdict;
    if (finding === undefined) throw new Error('a storm is a finding');
    const verdict = [{ ...finding, sentence: `${HOSTILE} created all` }];
    expect(renderLine(buildWindow(1, { verdict }), '10:00:00')).not.toMatch(/\p{Cc}/u);
  });
});

describe('CSV', () => {
  test('has these columns', () => {
    expect(renderCsvHeader()).toBe(
      'time,seconds,process_created,thread_created,exec,process_exited,thread_exited,released,failed_forks,zombies,completeness,findings\r\n',
    );
  });

  test('has a count in each, none where it is absent, and no name', () => {
    expect(renderCsvRow(buildWindow(1000))).toBe(
      '2026-11-22T12:00:02.250Z,2.000,1000,3,1000,1000,0,0,7,0,100.000,forks_fail fork_storm\r\n',
    );
    const report = buildWindow(1, { verdict: [] });
    const absent = {
      ...report,
      system: { ...report.system, released: null, errors: null },
      audit: { ...report.audit, completeness: null },
      diagnosis: { ...report.diagnosis, zombie_parents: null },
    };
    expect(renderCsvRow(absent)).toBe('2026-11-22T12:00:02.250Z,2.000,1,3,1,1,0,,,,,\r\n');
  });
});

test('where the view is narrowed the counts are of those', () => {
  const report = narrow(buildWindow(1000), 8);
  expect(renderCsvRow(report).split(',').slice(2, 8)).toEqual(['8', '3', '1000', '1000', '0', '']);
  expect(renderLine(report, '10:00:00')).toMatch(/^10:00:00 +4 +1\.5 +500 /);
});

test('zombies are absent where a report does not list all', () => {
  const parent = {
    pid: 5,
    comm: 'x',
    cgroup: null,
    zombies: 2,
    new_zombies: 0,
    oldest_start_uptime: 1,
  };
  const report = buildWindow(1);
  const withParents = (count: number) => ({
    ...report,
    diagnosis: { ...report.diagnosis, zombie_parents: Array.from({ length: count }, () => parent) },
  });
  expect(renderCsvRow(withParents(99)).split(',')[9]).toBe('198');
  expect(renderCsvRow(withParents(100)).split(',')[9]).toBe('');
});

test.each([
  [null, '-'],
  [0, '0'],
  [0.01, '<0.1'],
  [0.5, '0.5'],
  [9.94, '9.9'],
  [9.96, '10'],
  [12.4, '12'],
  [99_999, '99,999'],
  [123_456, '123k'],
  [1_234_567, '1.2M'],
  [2e9, '2.0G'],
])('a rate of %d is %s', (rate, text) => {
  expect(showRate(rate)).toBe(text);
});

test.each([
  [null, '-'],
  [999_999, '999,999'],
  [12_345_678, '12.3M'],
])('a count of %d is %s', (count, text) => {
  expect(showCount(count)).toBe(text);
});
