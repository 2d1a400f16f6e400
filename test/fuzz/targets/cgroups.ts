import {
  readPidsEvents,
  readPidsLimit,
  readPidsPath,
} from '../../../src/diagnosis/failed-forks/pids-hierarchy.ts';
import { findUnit, unitOf } from '../../../src/diagnosis/failed-forks/unit.ts';
import { NetdataShm } from '../../../src/scopes/cgroups/netdata-shm.ts';
import { parseNetdataShm } from '../../../src/scopes/cgroups/parse-netdata-shm.ts';
import { parsePaths } from '../../../src/scopes/cgroups/process-cgroups.ts';
import { CgroupResolver } from '../../../src/scopes/cgroups/resolve-cgroup.ts';
import {
  matchesSimplePatterns,
  parseSimplePatterns,
} from '../../../src/scopes/cgroups/simple-pattern.ts';
import { buildRegion } from '../../scopes/cgroups/shared-region.ts';
import { FileTree } from '../file-tree.ts';
import { claim, claimBytes, claimCount, seedsOf, type Target, textOf } from '../target.ts';

const ID = '0123456789abcdef'.repeat(4);

const PATHS = [
  '/system.slice/nginx.service/worker',
  `/system.slice/docker-${ID}.scope`,
  `/docker/${ID}`,
  `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0_1.slice/cri-containerd-${ID}.scope`,
  `/machine.slice/libpod-${ID}.scope`,
  '/machine.slice/machine-qemu\\x2d1\\x2dweb.scope',
  '/lxc.payload.web/system.slice/cron.service',
  '/user.slice/user-0.slice/session-1.scope',
];

const OWN = `12:pids:/docker/${ID}\n4:cpu,cpuacct:/a/b\n1:name=systemd:/a\n0::/a (deleted)\n`;

const tree = new FileTree();
const hierarchy = { mount: tree.root, version: 2 as const, options: [] };

/** The longest path that the kernel gives: that of a process in /proc/PID/cgroup. */
const LONGEST_PATH = 4_096;

export const CGROUP_TARGETS: readonly Target[] = [
  {
    name: 'paths of cgroups',
    seeds: seedsOf(PATHS),
    run: (input) => checkName(new CgroupResolver({ isLive: () => true }), toPath(textOf(input))),
  },
  {
    name: '/proc/PID/cgroup',
    seeds: seedsOf([OWN]),
    share: 0.5,
    run: (input) => {
      const { v1, v2 } = parsePaths(textOf(input));
      for (const path of [...v1, v2 ?? '']) claimBytes(path, 'a path');
      claimBytes(findUnit(textOf(input)) ?? unitOf(textOf(input)) ?? '', 'a unit');
      tree.write('/proc/7/cgroup', input);
      for (const version of [1, 2] as const) {
        claimBytes(readPidsPath({ ...hierarchy, version }, 7, tree.root) ?? '', 'a path');
      }
    },
  },
  {
    name: 'pids.max, pids.events',
    seeds: seedsOf(['max\n', '100\n', 'max 17\n']),
    share: 0.5,
    run: (input) => {
      for (const file of ['max', 'current', 'events']) tree.write(`/a/pids.${file}`, input);
      const limit = readPidsLimit(hierarchy, '/a');
      if (limit !== undefined) claimCount(limit.limit, 'limit');
      if (limit !== undefined) claimCount(limit.used, 'used');
      const events = readPidsEvents(hierarchy, '/a');
      if (events !== undefined) claimCount(events.hits, 'hits');
    },
  },
  {
    name: 'shared memory of Netdata',
    seeds: [
      buildRegion([{}]),
      buildRegion([{ name: 'systemd_nginx', options: 2 }], { version: '1.37' }),
    ],
    longest: 20_000,
    run: (input) => {
      for (const { name, procsPath } of parseNetdataShm(input) ?? []) {
        claimBytes(name, 'a name');
        claimBytes(procsPath, 'a path');
        claim(name.length < 256 && procsPath.length < 4_097, 'a name longer than its field');
      }
    },
  },
  {
    name: 'names that Netdata shares',
    seeds: seedsOf([
      'cgroup_web /web',
      'systemd_nginx /system.slice/nginx.service',
      `cgroup_a.b/c ${PATHS[2]}`,
    ]),
    share: 0.15,
    run: (input) => {
      const entries = textOf(input.subarray(0, 4_000))
        .split('\n', 8)
        .map((line, i) => {
          const [name = '', path = ''] = line.split(' ');
          const procsPath = `/sys/fs/cgroup${path.slice(0, 4_000)}/cgroup.procs`;
          return {
            name: name.slice(0, 255),
            procsPath,
            options: line.length % 4,
            isEnabled: i % 3 > 0,
          };
        });
      tree.write('/dev/shm/netdata_shm_cgroup_ebpf', buildRegion(entries));
      const shm = new NetdataShm(tree.root, ['/sys/fs/cgroup'], [process.geteuid?.() ?? 0]);
      const resolver = new CgroupResolver({ isLive: () => true, shm });
      for (const { procsPath } of entries) checkName(resolver, toPath(procsPath.slice(14, -13)));
    },
  },
  {
    name: 'simple patterns',
    seeds: seedsOf(['!/a/*/b* *.service \\ x *', '*a*b*c*']),
    run: (input) => {
      const text = textOf(input);
      matchesSimplePatterns(parseSimplePatterns(text), text);
    },
  },
];

/** As the kernel builds paths: without NUL, line breaks and empty names. */
function toPath(text: string): string {
  return `/${text
    .replaceAll(/[\0\n]/g, '')
    .split('/')
    .filter((name) => name !== '')
    .join('/')}`.slice(0, LONGEST_PATH);
}

function checkName(resolver: CgroupResolver, path: string): void {
  const { chartType, name, path: owner } = resolver.resolve(path, 0);
  claim(/^(cgroup|systemd)_[a-z0-9_-]*$/.test(chartType), `a chart type ${chartType}`);
  claim(chartType.length <= 184, `a chart type of ${chartType.length} characters`);
  claim(
    owner === '/' || path === owner || path.startsWith(`${owner}/`),
    `${owner} is not above ${path}`,
  );
  claimBytes(name, 'a name');
}
