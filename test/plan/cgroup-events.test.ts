import { expect, test } from 'vitest';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';
import { chooseCgroupEvents } from '../../src/plan/cgroup-events.ts';
import { buildBpftrace, buildFacts, buildPlanFor, without } from '../builders.ts';

test.each([
  ['0.11.3', 'location', false],
  ['0.12.0', 'pointer', false],
  ['0.17.0', 'pointer', true],
  ['0.20.4', 'pointer', true],
  ['0.23.2', 'far-pointer', true],
  ['0.24.0', 'pointer', true],
  ['0.27.1', 'pointer', true],
])('bpftrace %s has a %s of the path of a new cgroup, and loops: %s', (version, path, canLoop) => {
  expect(chooseCgroupEvents(buildFacts({ bpftrace: buildBpftrace(version) }))).toEqual({
    path,
    canLoop,
  });
});

test.each([
  ['its bpftrace', { bpftrace: buildBpftrace('0.22.1') }, 'bpftrace 0.22.1 does not find the path'],
  ['its kernel', { kernel: parseKernelRelease('5.4.0') }, 'before 5.5'],
  [
    'its tracepoints',
    { tracepoints: without(buildFacts().tracepoints, 'cgroup:cgroup_rmdir') },
    'no tracepoint cgroup:cgroup_rmdir',
  ],
])('a machine that cannot tell by %s says so in its plan', (_, facts, reason) => {
  const plan = buildPlanFor(facts, 'entry', { cgroups: true });
  expect(plan.keying?.cgroupEvents).toBeNull();
  expect(plan.notes.join()).toContain(reason);
  expect(buildPlanFor(facts, 'entry', { apps: true }).notes).toEqual([]);
});

test.each([
  ['version 1 alone', { kind: 'v1', v1Mounts: ['/cgroup/memory'] }, 'are approximate'],
  ['none', { kind: 'none' }, 'everything counts under the cgroup root'],
] as const)('a machine whose cgroups are %s says so in its plan', (_, cgroups, words) => {
  const plan = buildPlanFor({ cgroups }, 'entry', { cgroups: true });
  expect(plan.keying?.cgroupEvents).toBeNull();
  expect(plan.notes.join()).toContain(words);
  expect(buildPlanFor({ cgroups }, 'entry', { apps: true }).notes).toEqual([]);
});
