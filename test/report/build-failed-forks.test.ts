import { describe, expect, test } from 'vitest';
import type { FailedCaller } from '../../src/diagnosis/failed-forks/failed-fork-watch.ts';
import { buildFailedForks } from '../../src/report/build-failed-forks.ts';
import { renderFailedForks } from '../../src/report/page-failed-forks.ts';
import type { Style } from '../../src/report/page-table.ts';
import { buildEvidence } from './observation.ts';

const PLAIN: Style = (_, text) => text;

const CALLER: FailedCaller = {
  pid: 812,
  comm: 'nginx',
  user: 33,
  processLimit: undefined,
  entersPidNamespace: false,
  errnos: [11],
  userTasks: undefined,
};

const PIDS = { directory: '/sys/fs/cgroup/a b', count: 23, limit: 20, used: 20 };

test('forks that met the limit of a cgroup have their count, and the rest is unexplained', () => {
  const { causes, unexplained } = buildFailedForks(
    buildEvidence({ pids: [PIDS] }),
    errors({ EAGAIN: 30 }),
  );
  expect(causes).toEqual([
    {
      cause: 'cgroup_pids',
      errno: 'EAGAIN',
      count: 23,
      cgroup: '/sys/fs/cgroup/a b',
      process: null,
      limit: 20,
      used: 20,
      remedy: "echo 40 > '/sys/fs/cgroup/a b/pids.max'",
    },
  ]);
  expect(unexplained).toEqual({ EAGAIN: 7 });
});

test('where it is not known whose limit it was, there is no remedy', () => {
  const pids = [{ ...PIDS, limit: undefined, used: undefined }];
  const { causes } = buildFailedForks(buildEvidence({ pids }), null);
  expect(causes).toMatchObject([{ count: 23, limit: null, used: null, remedy: null }]);
});

test('a limit of no task at all is raised too', () => {
  const pids = [{ ...PIDS, limit: 0 }];
  expect(buildFailedForks(buildEvidence({ pids }), null).causes[0]?.remedy).toMatch(/^echo 1 > /);
});

test('where failed forks are not counted, nothing is unexplained and no limit is suspected', () => {
  const evidence = buildEvidence({ callers: [limited(10, 10)] });
  expect(buildFailedForks(evidence, null)).toEqual({ causes: [], unexplained: null });
});

test('where all are explained, no limit is suspected', () => {
  const evidence = buildEvidence({ pids: [PIDS], callers: [limited(10, 10)] });
  // The kernel's count was read a moment later.
  expect(buildFailedForks(evidence, errors({ EAGAIN: 22 }))).toMatchObject({
    causes: [{ cause: 'cgroup_pids' }],
    unexplained: {},
  });
});

test('EINVAL is the fault of the caller', () => {
  expect(buildFailedForks(buildEvidence(), errors({ EINVAL: 7, EPERM: 2 }))).toMatchObject({
    causes: [{ cause: 'arguments', errno: 'EINVAL', count: 7, remedy: null }],
    unexplained: { EPERM: 2 },
  });
});

describe('a limit may be the cause', () => {
  test('of a user, by the caller that came nearest', () => {
    const callers = [
      { ...limited(8, 10), pid: 1 },
      { ...limited(10, 10), pid: 2 },
      { ...limited(6, 10), pid: 3, user: 34 },
    ];
    expect(buildFailedForks(buildEvidence({ callers }), errors({ EAGAIN: 5 }))).toMatchObject({
      causes: [
        {
          cause: 'rlimit_nproc',
          count: null,
          process: { pid: 2, comm: 'nginx', user: 33 },
          limit: 10,
          used: 10,
          remedy: 'prlimit --pid 2 --nproc=20',
        },
        { cause: 'rlimit_nproc', process: { pid: 3, user: 34 } },
      ],
      unexplained: { EAGAIN: 5 },
    });
  });

  test.each([
    [19, '--nproc=20'],
    [20, '--nproc=20:'],
    [null, '--nproc=20:'],
  ])('of a user, whose hard limit of %s is raised where it is in the way', (hard, words) => {
    const { causes } = buildFailedForks(
      buildEvidence({ callers: [limited(10, 10, hard)] }),
      errors({ EAGAIN: 5 }),
    );
    expect(causes[0]?.remedy).toBe(`prlimit --pid 812 ${words}`);
  });

  test.each([
    ['threadsMax', 'threads_max', 'sysctl -w kernel.threads-max=200'],
    ['pidMax', 'pid_max', 'sysctl -w kernel.pid_max=200'],
  ])('of the machine: %s', (limit, cause, remedy) => {
    const { machine } = buildEvidence();
    const evidence = buildEvidence({ machine: { ...machine, [limit]: { limit: 100, used: 90 } } });
    expect(buildFailedForks(evidence, errors({ EAGAIN: 5 })).causes).toMatchObject([
      { cause, count: null, limit: 100, used: 90, remedy },
    ]);
  });

  test('but not raised where the kernel takes no higher one', () => {
    const { machine } = buildEvidence();
    const pidMax = { limit: 4_194_304, used: 4_194_000 };
    const evidence = buildEvidence({ machine: { ...machine, pidMax } });
    expect(buildFailedForks(evidence, errors({ EAGAIN: 5 })).causes).toMatchObject([
      { remedy: null },
    ]);
  });

  test('of memory that is committed', () => {
    const { machine } = buildEvidence();
    const commit = { limit: 1000, used: 990 };
    const evidence = buildEvidence({ machine: { ...machine, commit } });
    expect(buildFailedForks(evidence, errors({ ENOMEM: 5 })).causes).toMatchObject([
      { cause: 'memory_commit', errno: 'ENOMEM', remedy: 'sysctl -w vm.overcommit_memory=0' },
    ]);
  });

  test('of a pid namespace that has ended', () => {
    const caller = { ...CALLER, errnos: [12], entersPidNamespace: true };
    expect(
      buildFailedForks(buildEvidence({ callers: [caller] }), errors({ ENOMEM: 5 })),
    ).toMatchObject({
      causes: [{ cause: 'pid_namespace', errno: 'ENOMEM', process: { pid: 812 } }],
      unexplained: { ENOMEM: 5 },
    });
  });

  test.each([
    ['is far from it', limited(4, 10)],
    ['failed with another errno', { ...limited(10, 10), errnos: [22] }],
    ['has none', CALLER],
  ])('but not of a caller that %s', (_, caller) => {
    const evidence = buildEvidence({ callers: [caller] });
    expect(buildFailedForks(evidence, errors({ EAGAIN: 5 })).causes).toEqual([]);
  });
});

describe('on the page', () => {
  test('each cause has its row, and so have failed forks without a known cause', () => {
    const evidence = buildEvidence({
      pids: [PIDS, { ...PIDS, directory: '/x', limit: undefined, used: undefined }],
      callers: [
        limited(10, 10),
        { ...CALLER, errnos: [12], entersPidNamespace: true, comm: '\x1b[31m' },
      ],
      machine: {
        threadsMax: { limit: 100, used: 90 },
        pidMax: { limit: 100, used: 90 },
        commit: { limit: 1000, used: 990 },
      },
    });
    const failedForks = buildFailedForks(evidence, errors({ EAGAIN: 100, ENOMEM: 2, EINVAL: 3 }));
    expect(`${renderFailedForks(failedForks, PLAIN)}\n`).toMatchInlineSnapshot(`
      "forks failed at                                                                 times  used  limit  raise it with
      pids.max of /sys/fs/cgroup/a b                                                     23    20     20  echo 40 > '/sys/fs/cgroup/a b/pids.max'
      pids.max of /x                                                                     23     -      -
      arguments of the call (EINVAL)                                                      3     -      -
      RLIMIT_NPROC of nginx (812), user 33                                          perhaps    10     10  prlimit --pid 812 --nproc=20
      kernel.threads-max                                                            perhaps    90    100  sysctl -w kernel.threads-max=200
      kernel.pid_max                                                                perhaps    90    100  sysctl -w kernel.pid_max=200
      pid namespace of the children of \\x1b[31m (812): its first process has ended  perhaps     -      -  unshare --pid --fork COMMAND
      vm.overcommit_memory=2 (kB)                                                   perhaps   990  1,000  sysctl -w vm.overcommit_memory=0
      cause unknown (EAGAIN)                                                             54
      cause unknown (ENOMEM)                                                              2
      "
    `);
  });

  test('nothing is shown where no fork failed', () => {
    expect(renderFailedForks(buildFailedForks(buildEvidence(), errors({})), PLAIN)).toBe('');
  });
});

function limited(used: number, soft: number, hard: number | null = soft): FailedCaller {
  return { ...CALLER, processLimit: { soft, hard }, userTasks: used };
}

function errors(by_errno: Record<string, number>) {
  return { total: Object.values(by_errno).reduce((sum, count) => sum + count, 0), by_errno };
}
