import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../src/diagnosis/diagnosis.ts';
import type { NearLimits } from '../../../src/diagnosis/near-limits/near-limits.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import type { Style } from '../../../src/report/page-table.ts';
import { renderVerdict } from '../../../src/report/page-verdict.ts';
import type { Report } from '../../../src/report/report.ts';
import { buildVerdict } from '../../../src/report/verdict/build-verdict.ts';
import { THRESHOLDS } from '../../../src/report/verdict/thresholds.ts';
import { buildPlanFor } from '../../builders.ts';
import {
  buildClose,
  buildCounters,
  buildDiagnosis,
  buildEvidence,
  buildObservation,
  buildSnapshot,
  type SnapshotParts,
} from '../observation.ts';

const PLAIN: Style = (_, text) => text;

const SECONDS = 10;

const SH = {
  id: 30421,
  comm: 'storm.sh',
  user: 'www',
  line: ['/bin/bash', '/srv/storm.sh', 'a\x1bb'],
  ancestors: [
    { id: 1453, comm: 'bash' },
    { id: 900, comm: 'sshd' },
  ],
};

const FORKER = {
  comm: 'storm.sh',
  cgroup: '/user.slice/session-3.scope',
  created: { processes: 3_410, threads: 0 },
  processes: 1,
  busiest: [{ id: 30421, processes: 3_410, threads: 0 }],
};

/** What is said of a window of ten seconds. */
function judge(found: Partial<Diagnosis>, close: SnapshotParts = {}): Report {
  const { process_created = 0, thread_created = 0 } = close.counters ?? {};
  const created = (process_created ?? 0) + (thread_created ?? 0);
  const kernel = { created: { low: created, high: created } };
  const whole = buildClose({ kernel, ...close, diagnosis: buildDiagnosis(found) });
  const plan = buildPlanFor({}, 'return', { apps: true, cgroups: true });
  return buildReport(
    buildObservation({
      plan,
      wants: { apps: true, cgroups: true },
      open: buildSnapshot(),
      close: whole,
    }),
  );
}

const page = (report: Report) => `\n${renderVerdict(report, PLAIN)}\n`;

const program = (exitCode: number, count: number, exited: number) => ({
  programs: [
    {
      comm: 'worker',
      cgroup: '/system.slice/web.service',
      execs: exited,
      exited,
      failures: [{ exitCode, count }],
      parents: [],
    },
  ],
});

test('a machine on which nothing is unusual', () => {
  const report = judge({ forkers: [FORKER], people: [SH] }, { counters: { process_created: 500 } });
  expect(report.verdict).toEqual([]);
  expect(page(report)).toBe('\nNothing unusual.\n');
});

describe('a fork storm', () => {
  const counters = { process_created: 5_219, process_exited: 5_219 };

  test('by one process is named with who, how much, whose child, and how to stop it', () => {
    const report = judge(
      { forkers: [FORKER], people: [SH], lifetimes: [5_000, 0, 209, 10, 0, 0, 0] },
      { counters },
    );
    expect(page(report)).toMatchInlineSnapshot(`
      "
      ! FORK STORM   storm.sh (30421, www) in session-3.scope created 3,410 of 5,219
                     (65 %) processes
                     line: /bin/bash /srv/storm.sh $'a\\x1bb'
                     started by: bash (1453) < sshd (900)
                     522 processes/s on this machine, 99 % of those that ended lived
                     under 100 ms
                     next: kill -STOP 30421
      "
    `);
  });

  test('by many processes names no single one', () => {
    const bomb = { ...FORKER, processes: 1_700, busiest: [{ id: 7, processes: 2, threads: 0 }] };
    const [finding] = judge({ forkers: [bomb] }, { counters }).verdict;
    expect(finding?.sentence).toBe(
      '1,700 processes named storm.sh in session-3.scope created 3,410 of 5,219 (65 %) processes',
    );
    expect(finding?.next).toBe('systemctl status session-3.scope');
    const nextOf = (comm: string) =>
      judge({ forkers: [{ ...bomb, comm, cgroup: '/' }] }, { counters }).verdict[0]?.next;
    expect(nextOf('crowd')).toBe('pkill -STOP -x crowd');
    expect(nextOf("a (b'$")).toBe("pkill -STOP -x 'a .b..'");
    expect(nextOf('bash')).toBe('ps -C bash -o pid,ppid,user,args');
  });

  test('by two programs is told of each', () => {
    const other = { ...FORKER, comm: 'other', created: { processes: 1_700, threads: 0 } };
    const { verdict } = judge({ forkers: [other, FORKER] }, { counters });
    expect(verdict.map(({ sentence }) => /created ([\d,]+)/.exec(sentence)?.[1])).toEqual([
      '3,410',
      '1,700',
    ]);
  });

  test.each([
    ['slower than the threshold', THRESHOLDS.stormPerSecond * SECONDS - 1, 1],
    ['of which nobody makes a large share', 30_000, 0.99 * THRESHOLDS.stormShare],
  ])('%s is none', (_, all, share) => {
    const created = { processes: Math.floor(all * share), threads: 0 };
    const forkers = [{ ...FORKER, created }];
    expect(judge({ forkers }, { counters: { process_created: all } }).verdict).toEqual([]);
  });
});

test('a thread storm is one of threads', () => {
  const forkers = [
    {
      ...FORKER,
      busiest: [{ id: 30421, processes: 0, threads: 4_000 }],
      created: { processes: 0, threads: 4_000 },
    },
  ];
  const [finding] = judge(
    { forkers, people: [SH] },
    { counters: { thread_created: 4_100 } },
  ).verdict;
  expect(finding).toMatchObject({
    finding: 'thread_storm',
    sentence: 'storm.sh (30421, www) in session-3.scope created 4,000 of 4,100 (97 %) threads',
    next: 'kill -STOP 30421',
  });
});

describe('a crash loop', () => {
  test.each([
    ['a signal of a fault', 11 | 0x80, 3, 100, 'worker in web.service ended by SIGSEGV 3 times'],
    ['a signal that ends nearly all', 9, 18, 20, 'worker in web.service ended by SIGKILL 18 times'],
    [
      'nearly always the same status',
      3 << 8,
      18,
      20,
      'worker in web.service ended with exit status 3 18 times',
    ],
  ])('%s', (_, exitCode, count, exited, sentence) => {
    expect(judge(program(exitCode, count, exited)).verdict).toMatchObject([
      { finding: 'crash_loop', sentence, next: 'journalctl -n 20 -u web.service' },
    ]);
  });

  test('is told with whoever starts them again, which is stopped', () => {
    const programs = program(3 << 8, 18, 20).programs.map((one) => ({
      ...one,
      cgroup: '/',
      parents: [{ id: SH.id, execs: 20, failed: 18 }],
    }));
    expect(judge({ programs, people: [SH] }).verdict).toMatchObject([
      {
        sentence: 'worker ended with exit status 3 18 times',
        evidence: [
          'parent: storm.sh (30421, www)',
          "line: /bin/bash /srv/storm.sh $'a\\x1bb'",
          'started by: bash (1453) < sshd (900)',
          '18 of 20 (90 %) of its processes, 1.8 a second',
        ],
        next: 'kill -STOP 30421',
      },
    ]);
  });

  test('in several ways is one', () => {
    const programs = program(11, 9, 20).programs.map((one) => ({
      ...one,
      failures: [...one.failures, { exitCode: 3 << 8, count: 10 }],
    }));
    expect(judge({ programs }).verdict).toMatchObject([
      { sentence: 'worker in web.service ended by SIGSEGV 9 times, with exit status 3 10 times' },
    ]);
  });

  test('is none where a status of 1 is an answer', () => {
    const programs = (comm: string) =>
      program(1 << 8, 50, 50).programs.map((one) => ({ ...one, comm }));
    expect(judge({ programs: programs('grep') }).verdict).toEqual([]);
    expect(judge({ programs: programs('node') }).verdict).toHaveLength(1);
  });

  test.each([
    ['two crashes', 11, 2, 2],
    ['a signal by which people end programs', 9, 50, 60],
    ['a status with which some of many end', 1 << 8, 50, 60],
    ['a few that fail', 1 << 8, 9, 9],
  ])('%s are none', (_, exitCode, count, exited) => {
    expect(judge(program(exitCode, count, exited)).verdict).toEqual([]);
  });
});

describe('zombies', () => {
  const parent = {
    id: 30421,
    comm: 'storm.sh',
    cgroup: '/',
    children: 9,
    newChildren: 0,
    oldestTicks: 99_700,
  };

  test('that become more are told with their parent', () => {
    const zombieParents = [{ ...parent, newChildren: 3 }];
    expect(judge({ zombieParents, people: [SH] }).verdict).toMatchObject([
      {
        finding: 'zombies',
        sentence: 'storm.sh (30421, www) has 9 zombies, 3 of them new',
        evidence: [
          'it does not wait for its children, the oldest was started 13 s ago',
          'they stay until it does, or is ended by the command below',
          "line: /bin/bash /srv/storm.sh $'a\\x1bb'",
          'started by: bash (1453) < sshd (900)',
        ],
        next: 'kill 30421',
      },
    ]);
  });

  test('that are few and stay are not told, very many are', () => {
    expect(judge({ zombieParents: [{ ...parent, newChildren: 2 }] }).verdict).toEqual([]);
    expect(judge({ zombieParents: [{ ...parent, children: 100 }] }).verdict).toHaveLength(1);
    // A busy parent is about to wait for them.
    const young = { ...parent, newChildren: 9, oldestTicks: 100_950 };
    expect(judge({ zombieParents: [young] }).verdict).toEqual([]);
    // Of the first process they are about to be reaped.
    expect(judge({ zombieParents: [{ ...parent, id: 1, newChildren: 9 }] }).verdict).toEqual([]);
  });
});

describe('forks that fail', () => {
  test('at a limit are told with the limit and the remedy, first of all', () => {
    const failedForks = buildEvidence({
      pids: [
        {
          directory: '/sys/fs/cgroup/a',
          count: { low: 92, high: 92 },
          read: 92,
          limit: 20,
          used: 20,
        },
      ],
    });
    const report = judge(
      { failedForks, forkers: [FORKER] },
      { counters: { process_created: 5_219, errors: { 11: 92 } } },
    );
    expect(report.verdict.map(({ finding }) => finding)).toEqual(['forks_fail', 'fork_storm']);
    expect(report.verdict[0]?.sentence).toContain('pids.max of /sys/fs/cgroup/a');
    expect(report.verdict[0]?.sentence).toContain('20 of 20');
    expect(report.verdict[0]?.next).toBe(report.failed_forks.causes[0]?.remedy);
  });

  test('for what the caller asked are its own business', () => {
    expect(judge({}, { counters: { errors: { 22: 7 } } }).verdict).toEqual([]);
  });

  test('without a known cause are told all the same', () => {
    expect(judge({}, { counters: { errors: { 11: 7 } } }).verdict).toMatchObject([
      { finding: 'forks_fail', severity: 'critical' },
    ]);
  });
});

describe('a limit that is near', () => {
  const near = {
    cause: 'cgroup_pids' as const,
    name: '/sys/fs/cgroup/system.slice/web.service/pids.max',
    limit: 20,
    used: 17,
    holder: null,
    filler: { comm: 'storm.sh', tasks: 15, processes: 3, id: SH.id },
  };
  const judgeNear = (...limits: NearLimits['near']) =>
    judge({ nearLimits: { near: limits, unknown: [] }, people: [SH] });

  test('is told with its use, who fills it and the command that raises it', () => {
    expect(page(judgeNear(near))).toMatchInlineSnapshot(`
      "
      ! LIMIT NEAR   17 of 20 (85 %) tasks: pids.max of
                     /sys/fs/cgroup/system.slice/web.service
                     most by: storm.sh (30421, www), 15 tasks in 3 processes
                     line: /bin/bash /srv/storm.sh $'a\\x1bb'
                     started by: bash (1453) < sshd (900)
                     next: echo 40 > /sys/fs/cgroup/system.slice/web.service/pids.max
      "
    `);
  });

  test.each<[string, Partial<NearLimits['near'][number]>, string, string]>([
    [
      'of a user',
      { cause: 'rlimit_nproc', name: null, holder: { id: SH.id, user: 33, hard: 20 } },
      '17 of 20 (85 %) tasks: RLIMIT_NPROC of www',
      'prlimit --pid 30421 --nproc=40',
    ],
    [
      'of the machine',
      { cause: 'pid_max', name: 'kernel.pid_max', limit: 32_768, used: 30_000 },
      '30,000 of 32,768 (91 %) tasks: kernel.pid_max',
      'sysctl -w kernel.pid_max=65536',
    ],
  ])('%s', (_, different, sentence, next) => {
    expect(judgeNear({ ...near, ...different }).verdict).toMatchObject([
      { finding: 'limit_near', severity: 'warning', sentence, next },
    ]);
  });

  test('is none where less is in use', () => {
    expect(judgeNear({ ...near, used: 15 }).verdict).toEqual([]);
  });

  test('is told as forks that fail where they do', () => {
    const directory = '/sys/fs/cgroup/system.slice/web.service';
    const failedForks = buildEvidence({
      pids: [{ directory, count: { low: 9, high: 9 }, read: 9, limit: 20, used: 20 }],
    });
    const report = judge(
      { failedForks, nearLimits: { near: [{ ...near, used: 20 }], unknown: [] } },
      { counters: { errors: { 11: 9 } } },
    );
    expect(report.verdict.map(({ finding }) => finding)).toEqual(['forks_fail']);
  });

  test('of which nobody can tell does not make a quiet machine', () => {
    const report = judge({ nearLimits: { near: [], unknown: ['pids.max of cgroups'] } });
    expect(page(report)).toBe('\nNothing unusual in what can be seen.\n');
  });
});

test('in a container a command with a process id is said to be for outside', () => {
  const { verdict, ...report } = judge(
    { forkers: [FORKER] },
    { counters: { process_created: 5_219 } },
  );
  const where = 'process ids are the machine’s: the command is for outside of this container';
  expect(verdict[0]?.evidence).not.toContain(where);
  expect(buildVerdict(report, true)[0]?.evidence[0]).toBe(where);
});

test('counts that are not complete', () => {
  const report = judge(
    {},
    {
      counters: buildCounters({ process_created: 900 }),
      kernel: { created: { low: 1_000, high: 1_000 } },
    },
  );
  expect(report.verdict).toMatchObject([
    { finding: 'incomplete', sentence: 'only 90.000 % of the created tasks were counted' },
  ]);
});

test('more than three of a kind are summed up on the page', () => {
  const zombieParents = [1, 2, 3, 4, 5].map((id) => ({
    id,
    comm: 'x',
    cgroup: null,
    children: 200,
    newChildren: 0,
    oldestTicks: 99_700,
  }));
  const text = page(judge({ zombieParents }));
  expect(text.match(/ZOMBIES/g)).toHaveLength(3);
  expect(text).toContain('and 2 more of this kind');
});

test('no cgroup of others makes the terminal do anything, as a part of a command either', () => {
  const cgroup = '/system.slice/\x1b[31m\x07.service';
  const forkers = [{ ...FORKER, cgroup, busiest: [{ id: 7, processes: 2, threads: 0 }] }];
  const programs = program(11, 9, 9).programs.map((one) => ({ ...one, cgroup }));
  const report = judge({ forkers, programs }, { counters: { process_created: 5_219 } });
  expect(report.verdict.filter(({ next }) => next?.includes('.service'))).toHaveLength(2);
  expect(page(report).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

test('no text of others makes the terminal do anything', () => {
  const report = judge(
    {
      forkers: [{ ...FORKER, comm: '\x1b[31m' }],
      people: [{ ...SH, comm: '\x1b[31m', user: '\x07' }],
      ...program(11, 9, 9),
    },
    { counters: { process_created: 5_219 } },
  );
  expect(page(report).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
