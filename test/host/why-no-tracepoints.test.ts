import { expect, test } from 'vitest';
import type { Lockdown } from '../../src/host/facts.ts';
import { ALL_RIGHTS } from '../../src/host/process-rights.ts';
import { whyNoTracepoints } from '../../src/host/why-no-tracepoints.ts';
import type { TraceMounts } from '../../src/procfs/mounts.ts';
import { buildBpftrace } from '../builders.ts';

const NOWHERE: TraceMounts = { tracefs: [], debugfs: [], covers: [], offered: undefined };
const IN_PLACE: TraceMounts = { ...NOWHERE, tracefs: ['/sys/kernel/tracing'] };
const OPEN: Lockdown = { state: 'integrity', source: '' };
const LOCKED: Lockdown = { state: 'confidentiality', source: '' };

test.each<[string, string, TraceMounts, Lockdown, RegExp, RegExp]>([
  ['tracefs is not mounted', '0.17.0', NOWHERE, OPEN, /tracefs is not mounted/, /-t tracefs/],
  [
    'an old bpftrace wants debugfs',
    '0.16.0',
    IN_PLACE,
    OPEN,
    /bpftrace 0\.16\.0 looks below debugfs, which is not mounted/,
    /-t debugfs/,
  ],
  [
    'an old bpftrace wants debugfs, which this kernel does not have',
    '0.16.0',
    { ...IN_PLACE, offered: new Set(['tracefs']) },
    OPEN,
    /bpftrace 0\.16\.0 looks below debugfs, which this kernel does not have/,
    /^take bpftrace 0\.17 or later/,
  ],
  [
    'the kernel is locked down',
    '0.27.1',
    IN_PLACE,
    LOCKED,
    /locked down \(confidentiality\)/,
    /lockdown=/,
  ],
  [
    'this kernel has no tracing',
    '0.17.0',
    { ...NOWHERE, offered: new Set(['proc', 'sysfs', 'debugfs']) },
    OPEN,
    /this kernel has no tracing: \/proc\/filesystems has no tracefs/,
    /^boot a kernel that has it/,
  ],
  [
    'tracefs is hidden by another mount',
    '0.17.0',
    { ...NOWHERE, covers: [{ type: 'tmpfs', point: '/sys/kernel', root: '/', options: [] }] },
    OPEN,
    /tracefs is hidden by what is mounted at \/sys\/kernel \(tmpfs\)/,
    /^take that away: umount \/sys\/kernel, /,
  ],
  ['tracefs is empty', '0.27.1', IN_PLACE, OPEN, /none of ours is in it/, /CONFIG_EVENT_TRACING/],
])('because %s, that is said', (_, version, mounts, lockdown, message, hint) => {
  const bpftrace = buildBpftrace(version);
  const error = whyNoTracepoints({ bpftrace, mounts, lockdown, rights: ALL_RIGHTS });
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
});

test('who may not mount is told who can', () => {
  const error = whyNoTracepoints({
    bpftrace: buildBpftrace('0.17.0'),
    mounts: NOWHERE,
    lockdown: OPEN,
    rights: { ...ALL_RIGHTS, bounding: 0n },
  });
  expect(error.hint).toMatch(/where that is allowed \(it needs CAP_SYS_ADMIN\)/);
});
