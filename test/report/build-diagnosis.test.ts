import { describe, expect, test } from 'vitest';
import { buildDiagnosisReport } from '../../src/report/build-diagnosis.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderDiagnosis } from '../../src/report/page-diagnosis.ts';
import type { Style } from '../../src/report/page-table.ts';
import { type Report, reportSchema } from '../../src/report/report.ts';
import { buildBpftrace, buildPlanFor } from '../builders.ts';
import { buildClose, buildDiagnosis, buildObservation } from './observation.ts';

const PLAIN: Style = (_, text) => text;
const render = (diagnosis: Report['diagnosis'], top: number) =>
  renderDiagnosis({ diagnosis, cgroups: null, services: null }, top, PLAIN, 80);

const WANTS = { apps: true, cgroups: true };
const KEYED = buildPlanFor({}, 'return', { apps: true });

const FOUND = buildDiagnosis({
  forkers: [
    {
      comm: 'sh',
      cgroup: '/a',
      created: { processes: 5, threads: 1 },
      processes: 2,
      busiest: [
        { id: 7, processes: 4, threads: 1 },
        { id: 8, processes: 1, threads: 0 },
      ],
    },
    {
      comm: '\xff',
      cgroup: null,
      created: { processes: 1, threads: 0 },
      processes: null,
      busiest: [{ id: 9, processes: 1, threads: 0 }],
    },
  ],
  programs: [
    {
      comm: 'sh',
      cgroup: '/a',
      execs: 5,
      exited: 9,
      failures: [
        { exitCode: 3 << 8, count: 4 },
        { exitCode: 11 | 0x80, count: 2 },
        { exitCode: 9, count: 1 },
        { exitCode: 34, count: 1 },
      ],
      parents: [{ id: 9, execs: 5, failed: 8 }],
    },
    { comm: null, cgroup: null, execs: 1_200, exited: 1_100, failures: [], parents: [] },
  ],
  lifetimes: [1, 0, 2, 0, 0, 0, 1],
  people: [
    {
      id: 9,
      comm: 'bad\x1b',
      user: 'www',
      line: ['bad', '\xff'],
      ancestors: [{ id: 2, comm: 'init\xff' }],
    },
  ],
  zombieParents: [
    { id: 9, comm: 'bad\x1b', cgroup: '/a', children: 7, newChildren: 2, oldestTicks: 99_700 },
    { id: 10, comm: null, cgroup: null, children: 1, newChildren: 0, oldestTicks: 99_700 },
  ],
});

test('a report with a diagnosis matches its schema', () => {
  const close = buildClose({ diagnosis: FOUND });
  const report = buildReport(buildObservation({ plan: KEYED, wants: WANTS, close }));
  expect(reportSchema.parse(report)).toEqual(report);
  expect(report.diagnosis).toEqual({
    reason: null,
    top_forkers: [
      {
        comm: 'sh',
        cgroup: '/a',
        process_created: 5,
        thread_created: 1,
        processes: 2,
        busiest: [
          { pid: 7, process_created: 4, thread_created: 1 },
          { pid: 8, process_created: 1, thread_created: 0 },
        ],
      },
      {
        comm: '\\xff',
        cgroup: null,
        process_created: 1,
        thread_created: 0,
        processes: null,
        busiest: [{ pid: 9, process_created: 1, thread_created: 0 }],
      },
    ],
    programs: [
      {
        comm: 'sh',
        cgroup: '/a',
        exec: 5,
        process_exited: 9,
        failed_exits: [
          { status: 3, signal: null, core_dumped: false, count: 4 },
          { status: null, signal: 'SIGSEGV', core_dumped: true, count: 2 },
          { status: null, signal: 'SIGKILL', core_dumped: false, count: 1 },
          { status: null, signal: 'SIGRTMIN', core_dumped: false, count: 1 },
        ],
        parents: [{ pid: 9, exec: 5, failed_exits: 8 }],
      },
      {
        comm: null,
        cgroup: null,
        exec: 1_200,
        process_exited: 1_100,
        failed_exits: [],
        parents: [],
      },
    ],
    lifetimes: [
      { under_seconds: 0.001, processes: 1 },
      { under_seconds: 0.01, processes: 0 },
      { under_seconds: 0.1, processes: 2 },
      { under_seconds: 1, processes: 0 },
      { under_seconds: 10, processes: 0 },
      { under_seconds: 100, processes: 0 },
      { under_seconds: null, processes: 1 },
    ],
    people: [
      {
        pid: 9,
        comm: 'bad\x1b',
        user: 'www',
        line: ['bad', '\\xff'],
        ancestors: [{ pid: 2, comm: 'init\\xff' }],
      },
    ],
    zombie_parents: [
      {
        pid: 9,
        comm: 'bad\x1b',
        cgroup: '/a',
        zombies: 7,
        new_zombies: 2,
        oldest_start_uptime: 997,
      },
      { pid: 10, comm: null, cgroup: null, zombies: 1, new_zombies: 0, oldest_start_uptime: 997 },
    ],
  });
});

test('the page shows who created, what failed and was executed, how long it lived, and the parents of zombies', () => {
  expect(`${render(buildDiagnosisReport(KEYED, WANTS, FOUND), 10)}\n`).toMatchInlineSnapshot(`
    "top forkers  cgroup  created  threads  processes  busiest pid
    sh           /a            5        1          2  7: 5
    \\xff         -             1        0       many  9: 1

    failed exits  cgroup  failed  of  how
    sh            /a           8   9  exit 3: 4, SIGSEGV (co…2, SIGKILL: 1, other: 1

    executed    cgroup  execs
    all others  -       1,200
    sh          /a          5

    lived: under 1 ms 25.0 %, under 100 ms 50.0 %, longer 25.0 % of 4 processes that
    exited

    parent of zombies  cgroup  zombies  new
    bad\\x1b (9)        /a            7    2
    gone (10)          -             1    0
    "
  `);
});

test('the page shows the first of them', () => {
  const page = render(buildDiagnosisReport(KEYED, WANTS, FOUND), 1);
  expect(page.split('\n')).toHaveLength(2 + 1 + 2 + 1 + 2 + 1 + 2 + 1 + 2);
});

test('where nothing happened the page shows nothing', () => {
  const nothing = buildDiagnosis({ forkers: [], programs: [], lifetimes: [0, 0, 0, 0, 0, 0, 0] });
  expect(render(buildDiagnosisReport(KEYED, WANTS, nothing), 10)).toBe('');
});

test('a report lists the first hundred parents of zombies', () => {
  const zombieParents = Array.from({ length: 101 }, (_, i) => ({
    id: i + 1,
    comm: 'sh',
    cgroup: '/',
    children: 200 - i,
    newChildren: 0,
    oldestTicks: 99_700,
  }));
  const { zombie_parents } = buildDiagnosisReport(KEYED, WANTS, buildDiagnosis({ zombieParents }));
  expect(zombie_parents).toHaveLength(100);
  expect(zombie_parents?.[0]).toMatchObject({ pid: 1, zombies: 200 });
});

describe('what cannot be known is null, with the reason', () => {
  test.each([
    [
      'where nobody asked for groups',
      buildPlanFor(),
      { apps: false, cgroups: false },
      /^neither app groups nor cgroups were asked for/,
    ],
    [
      'where nothing can be kept apart',
      buildPlanFor({ btf: 'absent', bpftrace: buildBpftrace('0.25.0') }, 'return', { apps: true }),
      WANTS,
      /^counts are not kept apart/,
    ],
  ])('%s', (_, plan, wants, reason) => {
    const found = { ...FOUND, forkers: null, programs: null, lifetimes: null };
    const diagnosis = buildDiagnosisReport(plan, wants, found);
    expect(diagnosis).toMatchObject({ top_forkers: null, programs: null, lifetimes: null });
    expect(diagnosis.reason).toMatch(reason);
    expect(render(diagnosis, 10)).toContain(
      `top forkers, programs, how long processes lived and how they ended: absent, ${diagnosis.reason}`,
    );
    // /proc names the parents of zombies all the same.
    expect(diagnosis.zombie_parents).toHaveLength(2);
  });

  test('endings alone, without the types of the kernel', () => {
    const plan = buildPlanFor({ btf: 'absent' }, 'return', { apps: true });
    const diagnosis = buildDiagnosisReport(plan, WANTS, FOUND);
    expect(diagnosis).toMatchObject({
      top_forkers: [{ comm: 'sh' }, {}],
      programs: [{ exec: 5, process_exited: null, failed_exits: null }, { exec: 1_200 }],
      lifetimes: null,
    });
    expect(diagnosis.reason).toMatch(/^how long a process lived and how it ended is not known/);
    const page = render(diagnosis, 10);
    expect(page).not.toContain('failed exits');
    expect(page).toContain(
      '\n\nhow long processes lived and how they ended: absent, how long a process lived',
    );
  });

  test('where an event is absent', () => {
    const plan = buildPlanFor({ tracepoints: new Map() }, 'return', { apps: true });
    const diagnosis = buildDiagnosisReport(plan, WANTS, FOUND);
    expect(diagnosis).toMatchObject({ top_forkers: null, lifetimes: null });
    expect(diagnosis.reason).toContain('this kernel has no tracepoint task:task_newtask');
  });

  test('where the window was closed before anybody could look', () => {
    const close = buildClose({ diagnosis: null });
    const report = buildReport(buildObservation({ plan: KEYED, wants: WANTS, close }));
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report.diagnosis).toMatchObject({ top_forkers: null, zombie_parents: [] });
  });
});
