import { findFirstError } from '../../../src/host/bpftrace-words.ts';
import { readCgroupLayout } from '../../../src/host/cgroup-layout.ts';
import { readFunctions } from '../../../src/host/functions.ts';
import { parseKernelConfig } from '../../../src/host/kernel-config.ts';
import { readKernelTypes } from '../../../src/host/kernel-types.ts';
import { readLockdown } from '../../../src/host/lockdown.ts';
import { parseKernelRelease } from '../../../src/host/read-host-facts.ts';
import { findRejection } from '../../../src/host/reject-list.ts';
import { parseFormat, parseListing, readFieldPlaces } from '../../../src/host/tracepoints.ts';
import { countRanges } from '../../../src/host/views/cpus.ts';
import { parseTimeOffsets } from '../../../src/host/views/suspended-time.ts';
import { readFixture, VERSIONS } from '../../fixtures.ts';
import { encodeBtf } from '../../host/encode-btf.ts';
import { FileTree } from '../file-tree.ts';
import { claim, claimBytes, claimCount, seedsOf, type Target, textOf } from '../target.ts';

const FORMAT = readFixture(
  'hosts/linux-6.18/sys/kernel/tracing/events/sched/sched_process_exec/format',
);

const ERRORS = VERSIONS.flatMap((version) =>
  ['attach-failed', 'load-failed', 'nobody', 'syntax-error', 'unknown-tracepoint'].map((end) =>
    readFixture(`errors/${version}-${end}.txt`).slice(0, 1_500),
  ),
);

const BTF = encodeBtf([
  { kind: 'int', name: 'int', of: 4 },
  {
    kind: 'struct',
    name: 'task_struct',
    members: [
      ['flags', 1, 352],
      ['', 3, 1_024],
      ['se', 4, 2_048],
      ['signal', 7, 8_192],
    ],
  },
  { kind: 'union', members: [['exit_code', 1, 64]] },
  { kind: 'const', of: 5 },
  { kind: 'typedef', name: 'entity_t', of: 6 },
  { kind: 'struct', name: 'sched_entity', members: [['load', 1, 128]] },
  { kind: 'pointer', of: 2 },
  { kind: 'func', name: 'kernel_clone', of: 1 },
]);

const MEMBERS = [
  'task_struct.flags',
  'task_struct.exit_code',
  'task_struct.se.load',
  'signal.live',
];

const tree = new FileTree();

export const HOST_TARGETS: readonly Target[] = [
  {
    name: 'errors of bpftrace',
    seeds: seedsOf(ERRORS),
    run: (input) => {
      const words = findFirstError(textOf(input));
      claim((words?.length ?? 0) <= 300, 'a sentence of more than 300 characters');
      claim(!words?.includes('\n'), 'a sentence of more than one line');
    },
  },
  {
    name: 'bpftrace -lv',
    seeds: seedsOf(VERSIONS.map((version) => readFixture(`listings/${version}.txt`))),
    run: (input) => {
      for (const [name, fields] of parseListing(input.toString('utf8'))) {
        claim(!/\s/.test(name), 'the name of a tracepoint has a space');
        claim(
          fields.every((field) => /^\w+$/.test(field)),
          'a field is no word',
        );
      }
    },
  },
  {
    name: 'format of a tracepoint',
    seeds: seedsOf([FORMAT]),
    run: (input) => {
      claim(
        parseFormat(textOf(input)).every((field) => /^\w+$/.test(field)),
        'a field is no word',
      );
    },
  },
  {
    name: 'places of fields',
    seeds: seedsOf([FORMAT]),
    run: (input) => {
      tree.write('/sys/kernel/tracing/events/a/b/format', input);
      for (const { offset, bytes } of readFieldPlaces(['a:b'], tree.root).values()) {
        claimCount(offset, 'offset');
        claimCount(bytes, 'bytes');
      }
    },
  },
  {
    name: 'traceable functions',
    seeds: seedsOf([
      'kernel_clone\nacct_process [x]\n',
      'ffff t kernel_clone\nffff T acct_process\t[x]',
    ]),
    run: (input) => {
      tree.write('/sys/kernel/tracing/available_filter_functions', input);
      tree.write('/proc/kallsyms', input);
      readFunctions(['kernel_clone', 'acct_process'], { typed: undefined, root: tree.root });
    },
  },
  {
    name: 'type information (BTF)',
    seeds: [BTF],
    share: 3,
    run: (input) => {
      const { offsets } = readKernelTypes(input, MEMBERS, ['kernel_clone', 'acct_process']);
      for (const offset of offsets.values()) claim(offset >= 0, `an offset of ${offset}`);
    },
  },
  {
    name: 'options of the kernel',
    seeds: seedsOf([
      readFixture('machines/debian-12.config'),
      'CONFIG_A="b c"\r\n# CONFIG_B is not set\n',
    ]),
    run: (input) => {
      for (const [name, value] of parseKernelConfig(textOf(input))) {
        claim(/^\w+$/.test(name), 'the name of an option is no word');
        claim(!value.includes('\n'), 'the value of an option has a line break');
      }
    },
  },
  {
    name: 'lockdown',
    seeds: seedsOf([
      'none [integrity] confidentiality\n',
      'root=/dev/vda lockdown=integrity quiet',
    ]),
    run: (input) => {
      tree.write('/sys/kernel/security/lockdown', input).write('/proc/cmdline', input);
      readLockdown({ source: undefined, options: new Map() }, tree.root);
    },
  },
  {
    name: 'mounts of cgroups',
    seeds: seedsOf([
      '36 35 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n37 35 0:33 / /c rw - cgroup cgroup rw,pids\n',
    ]),
    run: (input) => {
      const layout = readCgroupLayout(tree.write('/proc/self/mountinfo', input).root);
      if ('v2Mount' in layout) claimBytes(layout.v2Mount, 'the mount of version 2');
    },
  },
  {
    name: 'offsets of a time namespace',
    seeds: seedsOf(['monotonic           0         0\nboottime      -86400  999999999\n']),
    run: (input) => {
      const { monotonic, boottime } = parseTimeOffsets(textOf(input));
      claim(typeof monotonic === 'bigint' && typeof boottime === 'bigint', 'no offsets');
    },
  },
  {
    name: 'CPUs',
    seeds: seedsOf(['0-3,8\n', '0\n']),
    run: (input) => claimCount(countRanges(textOf(input)), 'CPUs'),
  },
  {
    name: 'release of the kernel',
    seeds: seedsOf(['6.18.44-cloud-amd64', '5.10.0-19-amd64']),
    run: (input) => {
      const { major, minor } = parseKernelRelease(input.toString('utf8'));
      claimCount(major, 'major');
      claimCount(minor, 'minor');
    },
  },
  {
    name: 'reject list',
    seeds: seedsOf(['Ubuntu 4.18.0\nLinux version 4\n\nLinux']),
    run: (input) => {
      const line = findRejection(textOf(input), 'Linux version 4.18.0 (x@y)');
      claim(line === undefined || 'Linux version 4.18.0 (x@y)'.startsWith(line), 'no prefix');
    },
  },
];
