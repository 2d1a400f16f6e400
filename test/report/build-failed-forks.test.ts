import { describe, expect, test } from 'vitest';
import { buildFailedForks } from '../../src/report/build-failed-forks.ts';
import { renderFailedForks } from '../../src/report/page-failed-forks.ts';
import type { Style } from '../../src/report/page-table.ts';
import { buildCaller, buildHit, buildLimit } from '../diagnosis/failed-forks/callers.ts';
import { buildEvidence } from './observation.ts';

const PLAIN: Style = (_, text) => text;

test('a cause has all that it refused, and a caller has its limit beside it', () => {
  const callers = [
    buildCaller(),
    buildCaller({ pid: 813, counts: { 11: 20 } }),
    buildCaller({ pid: 9, comm: 'x', unit: null, counts: { 11: 1 }, directory: '/other' }),
  ];
  const report = buildFailedForks(buildEvidence({ pids: [buildHit(27)], callers }), { 11: 28 }, 3);
  expect(report).toEqual({
    causes: [
      {
        cause: 'cgroup_pids',
        errno: 'EAGAIN',
        count: 27,
        certain: true,
        cgroup: '/sys/fs/cgroup/a b',
        name: null,
        process: { pid: 813, comm: 'nginx', user: 33, unit: 'nginx.service' },
        limit: 20,
        used: 20,
        remedy: "echo 40 > '/sys/fs/cgroup/a b/pids.max'",
        lasting: null,
      },
    ],
    callers: [
      {
        pid: 813,
        comm: 'nginx',
        user: 33,
        unit: 'nginx.service',
        processes: 2,
        errno: 'EAGAIN',
        count: 27,
        cause: 'cgroup_pids',
        certain: true,
        limit: 20,
        used: 20,
      },
      {
        pid: 9,
        comm: 'x',
        user: 33,
        unit: null,
        processes: 1,
        errno: 'EAGAIN',
        count: 1,
        cause: null,
        certain: false,
        limit: null,
        used: null,
      },
    ],
    unexplained: { EAGAIN: 1 },
    filtered: 3,
  });
});

test('where failed forks are not counted, the kernel’s own count is told, and no limit is suspected', () => {
  const callers = [buildCaller({ limits: [buildLimit('rlimit_nproc', 10, 10)] })];
  const evidence = buildEvidence({ pids: [buildHit(20, 26)], callers });
  expect(buildFailedForks(evidence, null, null)).toMatchObject({
    causes: [{ cause: 'cgroup_pids', count: 23, process: null }],
    callers: [],
    unexplained: null,
    filtered: null,
  });
});

test('a user has one limit, by the process that failed most', () => {
  const limits = (used: number) => [buildLimit('rlimit_nproc', used, 10)];
  const callers = [
    buildCaller({ pid: 1, counts: { 11: 2 }, limits: limits(10) }),
    buildCaller({ pid: 2, counts: { 11: 5 }, limits: limits(9) }),
    buildCaller({ pid: 3, counts: { 11: 4 }, user: 34, limits: limits(10) }),
  ];
  const { causes } = buildFailedForks(buildEvidence({ callers }), { 11: 11 }, null);
  expect(causes).toMatchObject([
    { cause: 'rlimit_nproc', count: 7, certain: false, process: { pid: 2, user: 33 }, used: 10 },
    { cause: 'rlimit_nproc', count: 4, certain: true, process: { pid: 3, user: 34 } },
  ]);
});

test('each ended pid namespace is a cause of its own', () => {
  const limits = [buildLimit('pid_namespace', 0, 0, { errno: 12 })];
  const callers = [1, 2].map((pid) => buildCaller({ pid, counts: { 12: 1 }, limits }));
  const { causes } = buildFailedForks(buildEvidence({ callers }), { 12: 2 }, null);
  expect(causes.map(({ process }) => process?.pid)).toEqual([1, 2]);
});

describe('on the page', () => {
  test('causes, callers and commands have a part each', () => {
    const evidence = buildEvidence({
      pids: [buildHit(7), buildHit(3, 3, { directory: '/x', limit: undefined, used: undefined })],
      callers: [
        buildCaller(),
        buildCaller({
          pid: 813,
          directory: '/y',
          counts: { 11: 5, 22: 3 },
          limits: [buildLimit('rlimit_nproc', 9, 10), buildLimit('pid_namespace_max', 6, 10)],
        }),
        buildCaller({
          pid: 814,
          comm: '\x1b[31m',
          user: null,
          unit: null,
          counts: { 12: 2 },
          limits: [buildLimit('pid_namespace', 0, 0, { errno: 12 })],
        }),
        buildCaller({ pid: 815, counts: { 1: 1 } }),
        buildCaller({
          pid: 816,
          counts: { 11: 1, 28: 1, 24: 1 },
          directory: '/z',
          limits: [
            buildLimit('pid_namespace_max', 330, 330),
            buildLimit('max_namespaces', 4, 4, { errno: 28, name: 'user.max_net_namespaces' }),
            buildLimit('rlimit_nofile', 64, 64, { errno: 24 }),
          ],
        }),
      ],
    });
    const totals = { 1: 1, 11: 20, 12: 2, 22: 3, 24: 1, 28: 1 };
    const failedForks = buildFailedForks(evidence, totals, 50);
    const sum = failedForks.causes.reduce((all, { count }) => all + count, 0);
    const unexplained = Object.values(failedForks.unexplained ?? {});
    expect(unexplained.reduce((all, count) => all + count, sum)).toBe(28);
    expect(`${renderFailedForks(failedForks, PLAIN)}\n`).toMatchInlineSnapshot(`
      "forks failed at                                                               times  used  limit
      pids.max of /sys/fs/cgroup/a b                                                    7    20     20
      probably RLIMIT_NPROC of nginx (813), user 33                                     5     9     10
      pids.max of /x                                                                    3     -      -
      arguments of the call (EINVAL)                                                    3     -      -
      pid namespace of the children of \\x1b[31m (814): its first process has ended      2     0      0
      permission of the caller (EPERM)                                                  1     -      -
      pid_max of the pid namespace of nginx (816)                                       1   330    330
      RLIMIT_NOFILE of nginx (816)                                                      1    64     64
      user.max_net_namespaces                                                           1     4      4
      cause unknown (EAGAIN)                                                            4

      whose forks failed  user  unit           times  at                            used  limit
      nginx (812)           33  nginx.service      7  pids.max                        20     20
      nginx (813)           33  nginx.service      5  RLIMIT_NPROC                     9     10
      nginx (813)           33  nginx.service      3  arguments of the call            -      -
      \\x1b[31m (814)         -  -                  2  ended pid namespace              0      0
      nginx (815)           33  nginx.service      1  permission of the caller         -      -
      nginx (816)           33  nginx.service      1  pid_max of its pid namespace   330    330
      nginx (816)           33  nginx.service      1  RLIMIT_NOFILE                   64     64
      nginx (816)           33  nginx.service      1  number of namespaces             4      4

      now     echo 40 > '/sys/fs/cgroup/a b/pids.max'
      now     prlimit --pid 813 --nproc=20:
      to stay mkdir -p /etc/systemd/system/nginx.service.d && printf '[Service]\\nLimitNPROC=20\\n' >/etc/systemd/system/nginx.service.d/LimitNPROC.conf && systemctl daemon-reload && systemctl restart nginx.service
      now     unshare --pid --fork COMMAND
      now     echo 660 >/proc/sys/kernel/pid_max  # in a shell that runs inside
      now     prlimit --pid 816 --nofile=128
      to stay mkdir -p /etc/systemd/system/nginx.service.d && printf '[Service]\\nLimitNOFILE=128\\n' >/etc/systemd/system/nginx.service.d/LimitNOFILE.conf && systemctl daemon-reload && systemctl restart nginx.service
      now     sysctl -w user.max_net_namespaces=8
      to stay echo 'user.max_net_namespaces = 8' >/etc/sysctl.d/90-user.max_net_namespaces.conf

      50 calls were filtered (seccomp, ptrace): no failed forks, the kernel was not asked
      "
    `);
  });

  test('nothing is shown where no fork failed', () => {
    expect(renderFailedForks(buildFailedForks(buildEvidence(), {}, 0), PLAIN)).toBe('');
  });

  test('a filter’s answers alone are no failed forks', () => {
    expect(renderFailedForks(buildFailedForks(buildEvidence(), {}, 1), PLAIN)).toBe(
      '1 call was filtered (seccomp, ptrace): no failed fork, the kernel was not asked',
    );
  });
});
