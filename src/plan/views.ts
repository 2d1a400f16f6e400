import type { CgroupLayout } from '../host/cgroup-layout.ts';
import type { HostFacts } from '../host/facts.ts';

/** Something of the kernel's of which we see a part only, or another's. */
export interface ViewProblem {
  readonly of: 'processes' | 'cgroups';
  /** What is seen, and why. */
  readonly problem: string;
  /** What that does to the counts. */
  readonly consequence: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Everything that our view of the machine keeps from us, where a plan can do nothing about it. */
export function findViewProblems(
  facts: Pick<HostFacts, 'processes' | 'cgroups'>,
): readonly ViewProblem[] {
  return [findProcessProblem(facts), findCgroupProblem(facts.cgroups)].filter(
    (problem) => problem !== undefined,
  );
}

/** As a note of a plan. */
export function describeViewProblem({ problem, consequence }: ViewProblem): string {
  return `${consequence}, because ${problem}`;
}

const WITHOUT_PROC =
  'app groups come from the names that the kernel gives with its counts (comm), zombies are not counted, and which limit refused a fork is not looked for';

function findProcessProblem({ processes }: Pick<HostFacts, 'processes'>): ViewProblem | undefined {
  const { sees, problem = '' } = processes;
  switch (sees) {
    case 'all':
      return undefined;
    case 'own':
      return {
        of: 'processes',
        problem,
        consequence: `of other users' processes ${WITHOUT_PROC}`,
        remedy: 'run this as root, or mount -o remount,hidepid=0 /proc',
      };
    case 'none':
      return {
        of: 'processes',
        problem,
        consequence: WITHOUT_PROC,
        remedy:
          'run this with the pid namespace of the machine (docker run --pid=host), or mount its /proc at DIRECTORY/proc and set NETDATA_HOST_PREFIX=DIRECTORY',
      };
  }
}

const SEE_THE_WHOLE =
  'run this with the cgroup namespace of the machine (docker run --cgroupns=host), or mount its /sys/fs/cgroup at any other place too';

function findCgroupProblem(cgroups: CgroupLayout): ViewProblem | undefined {
  if (cgroups.kind === 'none' || cgroups.part === undefined) return undefined;
  const { top, namespaceTop } = cgroups.part;
  if (cgroups.kind === 'v1') {
    return {
      of: 'cgroups',
      problem: 'this runs in a cgroup namespace, from which /proc counts the paths',
      consequence: 'processes outside of our own cgroup are unresolved',
      remedy: SEE_THE_WHOLE,
    };
  }
  if (top === undefined) {
    return {
      of: 'cgroups',
      problem: `${cgroups.v2Mount} shows the part of a cgroup namespace`,
      consequence: 'cgroups outside of our own are unresolved, and paths begin at our own',
      remedy: SEE_THE_WHOLE,
    };
  }
  if (top !== '') {
    return {
      of: 'cgroups',
      problem: `${cgroups.v2Mount} shows ${top} alone`,
      consequence: `cgroups outside of ${top} are unresolved`,
      remedy: SEE_THE_WHOLE,
    };
  }
  if (namespaceTop !== undefined) {
    return cgroups.kind === 'unified'
      ? undefined
      : {
          of: 'cgroups',
          problem: 'this runs in a cgroup namespace, from which /proc counts the paths',
          consequence:
            'containers in version 1 alone are in the root, but for those in our own cgroup',
          remedy: SEE_THE_WHOLE,
        };
  }
  return {
    of: 'cgroups',
    problem: 'this runs in a cgroup namespace, from which /proc counts the paths',
    consequence: 'whose the zombies are is not known',
    remedy: SEE_THE_WHOLE,
  };
}
