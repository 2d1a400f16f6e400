import { expect, test } from 'vitest';
import type { HostFacts } from '../../src/host/facts.ts';
import { findViewProblems } from '../../src/plan/views.ts';
import { buildFacts, buildPlanFor } from '../builders.ts';

const UNIFIED = { kind: 'unified', v2Mount: '/sys/fs/cgroup', v1Mounts: [] } as const;
const CONTAINER = "/proc shows the process ids of a container, not the kernel's own";

const notesOf = (different: Partial<HostFacts>) =>
  buildPlanFor(different, 'entry', { cgroups: true }).notes.join('\n');

test('where everything is seen a plan says nothing of it', () => {
  expect(findViewProblems(buildFacts())).toEqual([]);
  expect(notesOf({})).toBe('');
});

test.each<[string, Partial<HostFacts>, string]>([
  [
    'a /proc of a container',
    { processes: { sees: 'none', root: '/dev/null', problem: CONTAINER } },
    `zombies are not counted, and which limit refused a fork is not looked for, because ${CONTAINER}`,
  ],
  [
    'hidepid',
    { processes: { sees: 'own', root: '', problem: '/proc hides others (hidepid)' } },
    "of other users' processes app groups come from the names that the kernel gives",
  ],
  [
    'the part of a cgroup namespace',
    { cgroups: { ...UNIFIED, part: { top: undefined, namespaceTop: undefined } } },
    'cgroups outside of our own are unresolved, and paths begin at our own, because /sys/fs/cgroup shows the part of a cgroup namespace',
  ],
  [
    'a part that is mounted',
    { cgroups: { ...UNIFIED, part: { top: '/docker/0123', namespaceTop: '' } } },
    'cgroups outside of /docker/0123 are unresolved, because /sys/fs/cgroup shows /docker/0123 alone',
  ],
  [
    'a cgroup namespace that cannot be placed',
    { cgroups: { ...UNIFIED, part: { top: '', namespaceTop: undefined } } },
    'whose the zombies are is not known',
  ],
  [
    'version 1 beside version 2 from a cgroup namespace',
    {
      cgroups: {
        kind: 'hybrid',
        v2Mount: '/host',
        v1Mounts: ['/sys/fs/cgroup/memory'],
        part: { top: '', namespaceTop: '/docker/x' },
      },
    },
    'containers in version 1 alone are in the root, but for those in our own cgroup, because this runs in a cgroup namespace',
  ],
  [
    'version 1 from a cgroup namespace',
    {
      cgroups: {
        kind: 'v1',
        v1Mounts: ['/sys/fs/cgroup/memory'],
        part: { top: undefined, namespaceTop: undefined },
      },
    },
    'processes outside of our own cgroup are unresolved',
  ],
  [
    'version 1 beside version 2',
    { cgroups: { ...UNIFIED, kind: 'hybrid', v1Mounts: ['/sys/fs/cgroup/memory'] } },
    'counts of a container that has cgroups of version 1 alone, and of the cgroup root, are approximate, because',
  ],
])('with %s the plan says what is missing and why', (_, different, sentence) => {
  expect(notesOf(different)).toContain(sentence);
});

test('the whole tree in a cgroup namespace that can be placed is no problem', () => {
  const cgroups = { ...UNIFIED, part: { top: '', namespaceTop: '/docker/0123' } };
  expect(notesOf({ cgroups })).toBe('');
});

test('without types, a bpftrace that tells ids of its namespace alone keeps no counts apart', () => {
  const nested = { ...buildFacts().namespaces, pid: 'nested' } as const;
  const { keying, notes } = buildPlanFor({ btf: 'absent', namespaces: nested }, 'entry', {
    cgroups: true,
  });
  expect(keying).toBeNull();
  expect(notes.join()).toContain('tells the process ids of our namespace alone');
});
