import { readCaller, readMachineLimits } from '../../../src/diagnosis/failed-forks/task-limits.ts';
import { readTaskNumbers } from '../../../src/host/views/task-numbers.ts';
import { readChildren } from '../../../src/procfs/children.ts';
import { decodeOctal, parseMountinfo, parseTraceMounts } from '../../../src/procfs/mounts.ts';
import { parseStat, readProcess } from '../../../src/procfs/process.ts';
import { KernelTasksReader } from '../../../src/procfs/tasks.ts';
import { FileTree } from '../file-tree.ts';
import { claim, claimBytes, claimCount, seedsOf, type Target, textOf } from '../target.ts';

const STAT =
  '4711 (a) R 1 (b) S 4700 4711 4700 0 -1 4194304 90 0 0 0 0 0 0 0 20 0 1 0 1234567 2600960 220 18446744073709551615 1 1\n';

const MOUNTINFO = `22 1 0:20 / / rw shared:1 - ext4 /dev/vda rw
35 22 0:31 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755
36 35 0:32 / /sys/fs/cgroup/unified rw shared:10 - cgroup2 cgroup2 rw,nsdelegate
37 35 0:33 /a /sys/fs/cgroup/pids rw shared:11 master:2 - cgroup cgroup rw,pids
38 22 0:12 / /sys/kernel/tracing\\040x rw - tracefs tracefs rw
39 22 0:07 / /sys/kernel/debug rw - debugfs debugfs rw
`;

const STATUS = `Name:\tbash\nPid:\t7\nNSpid:\t7\t1\nUid:\t1000\t1000\t1000\t1000\nThreads:\t3\nCapEff:\t000001ffffffffff\nNoNewPrivs:\t0\n`;
const LIMITS = `Limit                     Soft Limit           Hard Limit           Units\nMax processes             30                   unlimited            processes\n`;
const MEMINFO = 'MemTotal:  100 kB\nCommitLimit:     4194304 kB\nCommitted_AS:    1000 kB\n';

const tree = new FileTree()
  .write('/proc/7/stat', STAT)
  .write('/proc/7/comm', 'bash\n')
  .write('/proc/7/limits', LIMITS)
  .write('/proc/7/cgroup', '0::/\n')
  .link('/proc/7/ns/user', 'user:[4026531837]')
  .link('/proc/7/ns/pid', 'pid:[4026531836]')
  .link('/proc/7/ns/pid_for_children', 'pid:[4026531836]')
  .write('/proc/sys/kernel/threads-max', '1000\n')
  .write('/proc/sys/vm/overcommit_memory', '2\n')
  .write('/proc/loadavg', '0.20 0.18 0.12 1/80 11206\n')
  .write('/proc/stat', 'cpu 1\nprocesses 4711\nprocs_running 1\n')
  .write('/proc/meminfo', MEMINFO);

const tasks = new KernelTasksReader(tree.root);

export const PROCFS_TARGETS: readonly Target[] = [
  {
    name: '/proc/PID/stat',
    seeds: seedsOf([STAT, '1 () Z 0 1']),
    share: 2,
    run: (input) => {
      const stat = parseStat(textOf(input));
      if (stat === undefined) return;
      claimCount(stat.parent, 'parent');
      claimCount(stat.startTicks, 'startTicks');
      claimCount(stat.threads, 'threads');
      claimBytes(stat.comm, 'comm');
    },
  },
  {
    name: '/proc/PID/cmdline',
    seeds: seedsOf(['/bin/sh\0-c\0sleep 1\0', '']),
    run: (input) => {
      const process = readProcess(7, tree.write('/proc/7/cmdline', input).root);
      claim(process !== undefined, 'the process is gone');
      claimBytes(process.cmdline, 'cmdline');
      claim(process.cmdline.length <= 16_384, `${process.cmdline.length} bytes of a command line`);
    },
  },
  {
    name: '/proc/PID/mountinfo',
    seeds: seedsOf([MOUNTINFO]),
    run: (input) => {
      const text = textOf(input);
      for (const { point, root } of parseMountinfo(text)) {
        claimBytes(point, 'a mount point');
        claimBytes(root, 'the root of a mount');
      }
      parseTraceMounts(text, undefined);
      claimBytes(decodeOctal(text), 'a decoded word');
    },
  },
  {
    name: '/proc/PID/status',
    seeds: seedsOf([STATUS]),
    run: (input) => {
      const caller = readCaller(7, tree.write('/proc/7/status', input).root);
      if (caller === undefined) return;
      claimCount(caller.user, 'user');
      claimCount(caller.pidDepth, 'pidDepth');
    },
  },
  {
    name: '/proc/PID/task/TID/children',
    seeds: seedsOf(['8 9 4711 ']),
    run: (input) => {
      tree.write('/proc/7/task/7/children', input);
      for (const id of readChildren(7, tree.root)) claimCount(id, 'id');
    },
  },
  {
    name: '/proc/PID/limits',
    seeds: seedsOf([LIMITS]),
    run: (input) => {
      tree.write('/proc/7/status', STATUS.replace('1ffffffffff', '00000000000'));
      const limits = readCaller(7, tree.write('/proc/7/limits', input).root)?.processLimit;
      if (limits === undefined) return;
      claimCount(limits.soft, 'soft');
      if (limits.hard !== null) claimCount(limits.hard, 'hard');
    },
  },
  {
    name: 'limits of the machine',
    seeds: seedsOf(['30000\n', '0.20 0.18 0.12 1/80 11206\n', MEMINFO]),
    run: (input) => {
      tree.write('/proc/sys/kernel/pid_max', input);
      for (const file of ['/proc/loadavg', '/proc/meminfo', '/proc/sys/kernel/pid_max']) {
        tree.write(file, input);
      }
      for (const usage of Object.values(readMachineLimits(tree.root))) {
        if (usage === undefined) continue;
        claimCount(usage.limit, 'limit');
        claimCount(usage.used, 'used');
      }
    },
  },
  {
    name: '/proc/stat, /proc/loadavg',
    seeds: seedsOf(['cpu 1\nprocesses 4711\nprocs_running 1\n', '0.20 0.18 0.12 1/80 11206\n']),
    run: (input) => {
      // One of the two, as it should be, stands beside this one.
      const isStat = input.includes('pr');
      tree.write('/proc/stat', isStat ? input : 'cpu 1\nprocesses 4711\nprocs_running 1\n');
      tree.write('/proc/loadavg', isStat ? '0.20 0.18 0.12 1/80 11206\n' : input);
      const read = tasks.read(() => 0);
      readTaskNumbers([tree.root], () => 0x9fa0);
      if (read === undefined) return;
      for (const number of [read.forks.low, read.forks.high, read.live])
        claimCount(number, 'tasks');
    },
  },
];
