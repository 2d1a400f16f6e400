import { describe, expect, test } from 'vitest';
import type { BlameObservation } from '../../src/diagnosis/observation.ts';
import { TopForkers } from '../../src/diagnosis/top-forkers.ts';
import { SHORT_LIVED_INDEX } from '../../src/program/key/emit.ts';
import { buildBlame } from '../../src/report/build-blame.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderBlame } from '../../src/report/page-blame.ts';
import type { Style } from '../../src/report/page-table.ts';
import { reportSchema } from '../../src/report/report.ts';
import { buildPlanFor } from '../builders.ts';
import { buildKey } from '../scopes/keys.ts';
import { buildObservation } from './observation.ts';

const PLAIN: Style = (_, text) => text;
const WANTS = { apps: true, cgroups: true };
const KEYED = buildPlanFor({}, 'return', { apps: true });

test('a report with blame is of its own schema', () => {
  const report = buildReport(buildObservation({ plan: KEYED, wants: WANTS, blame: observe() }));
  expect(reportSchema.parse(report)).toEqual(report);
  expect(report.blame).toEqual({
    reason: null,
    forkers: [
      {
        comm: 'sh',
        cgroup: '/a',
        process_created: 5,
        thread_created: 1,
        parents: 2,
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
        parents: 1,
        busiest: [{ pid: 9, process_created: 1, thread_created: 0 }],
      },
    ],
    short_lived: { ended: 4, under_100_ms: 3 },
    unreaped: [
      { pid: 9, comm: 'bad\x1b', cgroup: '/a', children: 7, ended_in_window: 2 },
      { pid: 10, comm: null, cgroup: null, children: 1, ended_in_window: 0 },
    ],
  });
});

test('the page tells who, how short, and what is left', () => {
  expect(`${renderBlame(buildBlame(KEYED, WANTS, observe()), 10, PLAIN)}\n`).toMatchInlineSnapshot(`
    "creator  cgroup  created  threads  parents  pid that created most
    sh       /a            5        1        2  7: 5
    \\xff     -             1        0        1  9: 1

    lived under 100 ms: 75.0 % of the processes that ended (3 of 4)

    leaves unreaped  cgroup  children  of this window
    bad\\x1b (9)      /a             7               2
    gone (10)        -              1               0
    "
  `);
});

test('the page shows the first of them', () => {
  const page = renderBlame(buildBlame(KEYED, WANTS, observe()), 1, PLAIN);
  expect(page.split('\n')).toHaveLength(2 + 2 + 1 + 2);
});

test('nothing happened, nobody is blamed', () => {
  const observation = { storm: new TopForkers(), pathOf: () => undefined, unreaping: [] };
  expect(renderBlame(buildBlame(KEYED, WANTS, observation), 10, PLAIN)).toBe('');
});

describe('what cannot be told is null, with the reason', () => {
  test.each([
    [
      'where nobody asked for groups',
      buildPlanFor(),
      { apps: false, cgroups: false },
      /^neither app groups nor cgroups were asked for/,
    ],
    [
      'where nothing can be kept apart',
      buildPlanFor(
        { btf: 'absent', bpftrace: { path: '', version: '0.25.0', major: 0, minor: 25 } },
        'return',
        {
          apps: true,
        },
      ),
      WANTS,
      /^counts are not kept apart/,
    ],
  ])('%s', (_, plan, wants, reason) => {
    const blame = buildBlame(plan, wants, { ...observe(), storm: undefined });
    expect(blame).toMatchObject({ forkers: null, short_lived: null });
    expect(blame.reason).toMatch(reason);
    expect(renderBlame(blame, 10, PLAIN)).toContain(`absent, ${blame.reason}`);
    // Whoever leaves children is known all the same.
    expect(blame.unreaped).toHaveLength(2);
  });

  test('lifetimes alone, without the types of the kernel', () => {
    const blame = buildBlame(
      buildPlanFor({ btf: 'absent' }, 'return', { apps: true }),
      WANTS,
      observe(),
    );
    expect(blame).toMatchObject({ forkers: [{ comm: 'sh' }, {}], short_lived: null });
    expect(blame.reason).toMatch(/^how long a process lived cannot be told/);
  });

  test('a event that is absent', () => {
    const blame = buildBlame(
      buildPlanFor({ tracepoints: new Map() }, 'return', { apps: true }),
      WANTS,
      observe(),
    );
    expect(blame).toMatchObject({ forkers: null, short_lived: null });
    expect(blame.reason).toContain('this kernel has no tracepoint task:task_newtask');
  });
});

function observe(): BlameObservation {
  const storm = new TopForkers();
  storm.take(buildKey({ id: 7, cgroup: '2', counter: 'process_created' }), 4);
  storm.take(buildKey({ id: 7, cgroup: '2', counter: 'thread_created' }), 1);
  storm.take(buildKey({ id: 8, cgroup: '2', counter: 'process_created' }), 1);
  storm.take(buildKey({ id: 9, comm: '\xff', cgroup: '3', counter: 'process_created' }), 1);
  storm.take(buildKey({ counter: 'process_exited', index: SHORT_LIVED_INDEX }), 3);
  storm.take(buildKey({ counter: 'process_exited' }), 1);
  return {
    storm,
    pathOf: (cgroup) => (cgroup === '2' ? '/a' : undefined),
    unreaping: [
      { id: 9, comm: 'bad\x1b', cgroup: '/a', children: 7, newChildren: 2 },
      { id: 10, comm: undefined, cgroup: undefined, children: 1, newChildren: 0 },
    ],
  };
}
