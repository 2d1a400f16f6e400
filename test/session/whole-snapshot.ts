import type { Snapshot } from '../../src/session/snapshot.ts';
import { ABSENT_COUNTERS, buildTotals, NO_COUNTERS, NO_LOSS } from '../builders.ts';

/** Every part is there, with names that are no text and numbers that are large. */
export const WHOLE_SNAPSHOT: Snapshot = {
  wallMs: 1_795_000_000_123.25,
  totals: buildTotals(
    { process_created: 2 ** 40, errors: { '11': 4 } },
    {
      kernelNs: 4.2e15 + 0.5,
      kernel: {
        created: { low: -3, high: 4 },
        released: { low: 1, high: 2 },
        zombies: -2,
      },
    },
  ),
  scopes: {
    apps: [{ name: 'caf\xc3\xa9 "\x01', isHidden: true, counters: NO_COUNTERS }],
    cgroups: [
      {
        key: 'systemd_x',
        kind: 'service',
        name: 'x',
        chartType: 'systemd_x',
        path: '/system.slice/x.service',
        isSettled: true,
        isRenamed: false,
        isLive: true,
        isApproximate: false,
        counters: ABSENT_COUNTERS,
      },
    ],
    dropped: NO_COUNTERS,
    unattributed: NO_COUNTERS,
  },
  command: {
    total: NO_COUNTERS,
    comms: [{ name: '__proto__', counters: NO_COUNTERS }],
    dropped: NO_COUNTERS,
    unmarked: 2,
  },
  loss: { ...NO_LOSS, restarts: 3 },
  diagnosis: {
    failedForks: {
      pids: [
        {
          directory: '/sys/fs/cgroup/a',
          count: { low: 4, high: 5 },
          read: 5,
          limit: 20,
          used: undefined,
        },
      ],
      callers: [
        {
          pid: 7,
          comm: 'x',
          counts: { 11: 3 },
          user: 1000,
          unit: null,
          directory: '/sys/fs/cgroup/a',
          hardLimit: null,
          limits: [{ cause: 'rlimit_nproc', errno: 11, name: null, limit: 9, used: 1 }],
        },
      ],
      machine: [],
    },
    forkers: [
      {
        comm: 'sh',
        cgroup: null,
        created: { processes: 4, threads: 0 },
        processes: null,
        busiest: [{ id: 9, processes: 4, threads: 0 }],
      },
    ],
    programs: [
      {
        comm: null,
        cgroup: null,
        execs: 1,
        exited: 2,
        failures: [{ exitCode: 139, count: 2 }],
        parents: [{ id: 9, execs: 1, failed: 2 }],
      },
    ],
    lifetimes: [4, 0, 0, 0, 0, 0, 1],
    nearLimits: {
      near: [
        {
          cause: 'rlimit_nproc',
          name: null,
          limit: 50,
          used: 45,
          holder: { id: 9, user: 33, hard: null },
          filler: { comm: 'sh', tasks: 40, processes: 3, id: 9 },
        },
      ],
      unknown: ['pids.max'],
    },
    timeline: {
      edgesNs: [0, 5, 9],
      gaps: [1],
      programs: [{ comm: null, cgroup: '/a b', created: [1, 0], execs: [0, 2], failed: [0, 0] }],
      isFolded: false,
    },
    people: [
      {
        id: 9,
        comm: 'sh',
        user: 'www',
        line: ['sh', '-c', 'a b'],
        ancestors: [{ id: 2, comm: 'x' }],
      },
    ],
    zombieParents: [
      {
        id: 5,
        comm: null,
        cgroup: '/a b',
        children: 2,
        newChildren: 1,
        oldestTicks: 7,
        since: { 4e15: 2 },
      },
    ],
  },
};
