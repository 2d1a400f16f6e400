import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../src/host/facts.ts';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';
import type { TaskEvent } from '../../src/plan/plan.ts';
import {
  buildBpftrace,
  buildPlanFor,
  findEvent,
  OFFSETS_6_18,
  TRACEPOINTS_6_15,
  TRACEPOINTS_6_18,
  without,
} from '../builders.ts';

const NO_FENTRY = 'this kernel was built without CONFIG_FUNCTION_TRACER';
const NO_KPROBES = 'this kernel was built without CONFIG_KPROBES';
const NO_BTF = 'this kernel has no type information (BTF)';
const NEEDS_BTF =
  'bpftrace 0.27.1 reads tracepoint fields only with kernel type information (BTF), which this kernel lacks';

test('with tracepoints alone every event of a new kernel is exact, in a fixed order', () => {
  const plan = buildPlanFor();
  expect(plan.events.map(({ event, quality }) => [event, quality])).toEqual([
    ['create', 'exact'],
    ['exec', 'exact'],
    ['exit', 'exact'],
    ['release', 'exact'],
    ['error', 'exact'],
  ]);
  expect(plan.notes).toEqual([]);
});

describe('the first candidate that works on the machine is taken', () => {
  test.each<[string, TaskEvent, Partial<HostFacts>, string, string]>([
    ['6.16 and later', 'exit', {}, 'exit.rawtracepoint.group-dead', 'exact'],
    [
      '6.16 and later, without raw tracepoints',
      'exit',
      { bpftrace: buildBpftrace('0.17.0') },
      'exit.tracepoint.group-dead',
      'exact',
    ],
    [
      'before 6.16, with BTF',
      'exit',
      { tracepoints: TRACEPOINTS_6_15 },
      'exit.tracepoint.signal-live',
      'approximate',
    ],
    [
      'before 6.16, without BTF',
      'exit',
      { tracepoints: TRACEPOINTS_6_15, btf: 'absent' },
      'exit.tracepoint.leader',
      'approximate',
    ],
    [
      'before 6.16, with BTF that we can read and bpftrace cannot',
      'exit',
      { tracepoints: TRACEPOINTS_6_15, btf: 'unreadable', bpftrace: buildBpftrace('0.11.3') },
      'exit.tracepoint.signal-live',
      'approximate',
    ],
    [
      'before 6.16, with BTF that lacks a member',
      'exit',
      { tracepoints: TRACEPOINTS_6_15, offsets: without(OFFSETS_6_18, 'signal_struct.live') },
      'exit.tracepoint.leader',
      'approximate',
    ],
    [
      '0.24 without BTF',
      'create',
      { bpftrace: buildBpftrace('0.24.0'), btf: 'absent' },
      'create.tracepoint',
      'exact',
    ],
  ])('%s', (_, event, facts, probe, quality) => {
    expect(findEvent(buildPlanFor(facts), event)).toMatchObject({ probe, quality });
  });
});

describe('what cannot be attached is absent, and the reason is said', () => {
  test.each<[string, TaskEvent, Partial<HostFacts>, string]>([
    [
      'no task_newtask',
      'create',
      lacking('task:task_newtask'),
      'this kernel has no tracepoint task:task_newtask',
    ],
    [
      'no clone_flags',
      'create',
      { tracepoints: new Map([...TRACEPOINTS_6_18, ['task:task_newtask', ['pid', 'comm']]]) },
      'task:task_newtask of this kernel has no field clone_flags',
    ],
    [
      'no sched_process_exec',
      'exec',
      lacking('sched:sched_process_exec'),
      'this kernel has no tracepoint sched:sched_process_exec',
    ],
    [
      'no sched_process_exit',
      'exit',
      lacking('sched:sched_process_exit'),
      'this kernel has no tracepoint sched:sched_process_exit',
    ],
    [
      'no numbers of tasks',
      'release',
      { taskNumbersProblem: '/proc/stat cannot be read' },
      "releases follow from the kernel's own numbers of tasks, and /proc/stat cannot be read",
    ],
    [
      'no tracepoint of a system call',
      'error',
      { tracepoints: new Map([...TRACEPOINTS_6_18].filter(([name]) => !name.startsWith('sys'))) },
      `${NO_FENTRY}; ${NO_KPROBES}; this kernel has no tracepoint at the return of clone, clone3, fork or vfork`,
    ],
    ['0.27 without BTF', 'create', newestWithoutBtf(), NEEDS_BTF],
    ['0.27 without BTF', 'exec', newestWithoutBtf(), NEEDS_BTF],
    ['0.27 without BTF', 'exit', newestWithoutBtf(), `${NEEDS_BTF}; ${NO_BTF}; ${NO_KPROBES}`],
    ['0.27 without BTF', 'error', newestWithoutBtf(), `${NO_BTF}; ${NO_KPROBES}; ${NEEDS_BTF}`],
  ])('%s: no %s', (_, event, facts, reason) => {
    expect(findEvent(buildPlanFor(facts), event)).toMatchObject({
      attachType: null,
      quality: 'absent',
      reason,
    });
  });
});

describe('why a count is only approximate stands in the reason', () => {
  test.each<[string, TaskEvent, Partial<HostFacts>, RegExp]>([
    [
      'signal->live',
      'exit',
      { tracepoints: TRACEPOINTS_6_15 },
      /; two last threads of one process/,
    ],
    [
      'the first thread',
      'exit',
      { tracepoints: TRACEPOINTS_6_15, btf: 'absent' },
      /; a process whose first thread ends before the others/,
    ],
  ])('%s', (_, event, facts, reason) => {
    expect(findEvent(buildPlanFor(facts), event).reason).toMatch(reason);
  });
});

test('what would have come first is refused with its reason', () => {
  const plan = buildPlanFor({ tracepoints: TRACEPOINTS_6_15, btf: 'absent' });
  expect(findEvent(plan, 'exit').refused).toEqual([
    {
      probe: 'exit.tracepoint.group-dead',
      reason: 'sched:sched_process_exit of this kernel has no field group_dead',
    },
    { probe: 'exit.tracepoint.acct-process.fentry', reason: NO_BTF },
    { probe: 'exit.tracepoint.acct-process.kprobe', reason: NO_KPROBES },
    { probe: 'exit.tracepoint.signal-live', reason: NO_BTF },
  ]);
});

test('entry mode refuses to count errors and says how to', () => {
  expect(findEvent(buildPlanFor({}, 'entry'), 'error')).toMatchObject({
    quality: 'absent',
    reason: 'the load mode is entry; --mode return counts failed forks',
  });
});

test('only the system calls that the kernel has are attached', () => {
  const facts = lacking('syscalls:sys_exit_clone3', 'syscalls:sys_exit_vfork');
  expect(findEvent(buildPlanFor(facts), 'error')).toMatchObject({
    attachPoints: ['tracepoint:syscalls:sys_exit_clone', 'tracepoint:syscalls:sys_exit_fork'],
  });
});

test.each<[string, Partial<HostFacts>, string]>([
  ['absent', { btf: 'absent' }, NO_BTF],
  [
    'incomplete',
    { offsets: without(OFFSETS_6_18, 'task_struct.tgid') },
    "this kernel's type information lacks members of task_struct",
  ],
])('%s type information is noted, although no event suffers', (_, facts, note) => {
  const plan = buildPlanFor(facts);
  expect(plan.events.every(({ quality }) => quality === 'exact')).toBe(true);
  expect(plan).toMatchObject({ task: null, notes: [note] });
});

test('the place of a start is that on the clock of nsecs', () => {
  const startOf = (facts: Partial<HostFacts>) => buildPlanFor(facts).task?.start;
  expect(startOf({})).toBe(OFFSETS_6_18.get('task_struct.start_boottime'));
  const withoutSuspend = OFFSETS_6_18.get('task_struct.start_time');
  expect(startOf({ kernel: parseKernelRelease('5.4.0') })).toBe(withoutSuspend);
  expect(startOf({ bpftrace: buildBpftrace('0.11.3') })).toBe(withoutSuspend);
});

test.each<[string, Partial<HostFacts>, boolean]>([
  ['0.23 in the first namespace', {}, true],
  ['0.23 in a container', { pidNamespace: 'nested' }, false],
  ['0.23 nobody knows where', { pidNamespace: 'unknown' }, false],
  ['0.17 in a container', { pidNamespace: 'nested', bpftrace: buildBpftrace('0.17.0') }, true],
])('bpftrace %s says ids that are the kernel’s own: %s', (_, facts, hasOwnIds) => {
  expect(buildPlanFor(facts, 'entry', { apps: true }).keying).toMatchObject({ hasOwnIds });
});

describe('real-time priority', () => {
  const kernel = parseKernelRelease('7.0.1');

  test('is given where it is asked for', () => {
    const plan = buildPlanFor({ kernel }, 'entry', { realTime: true });
    expect(plan.isRealTime).toBe(true);
    expect(plan.notes).toEqual(['bpftrace is given the lowest real-time priority']);
  });

  test('cannot be given behind sudo, which is said', () => {
    const plan = buildPlanFor({ kernel, privilege: 'sudo' }, 'entry', { realTime: true });
    expect(plan.isRealTime).toBe(false);
    expect(plan.notes).toEqual([expect.stringMatching(/^real time is left out: sudo/)]);
  });

  test('is not taken unasked; where events are missed without it the plan says how to ask', () => {
    const plan = buildPlanFor({ kernel });
    expect(plan.isRealTime).toBe(false);
    expect(plan.notes).toEqual([expect.stringMatching(/since 7\.0 .* is reported; .*--real-time/)]);
    expect(buildPlanFor()).toMatchObject({ isRealTime: false, notes: [] });
  });
});

function lacking(...names: string[]): Partial<HostFacts> {
  return { tracepoints: without(TRACEPOINTS_6_18, ...names) };
}

function newestWithoutBtf(): Partial<HostFacts> {
  return { bpftrace: buildBpftrace('0.27.1'), btf: 'absent' };
}
