import type { HostFacts } from '../host/facts.ts';
import type { Namespaces } from '../host/views/namespaces.ts';
import { findViewProblems } from '../plan/views.ts';
import { type Check, ok, warning } from './check.ts';

/** What of a survey says it. */
type Seen = Pick<
  HostFacts,
  'namespaces' | 'processes' | 'cgroups' | 'taskNumbers' | 'suspendedTime'
>;

/** Whether what we see is the kernel's own, and all of it. */
export function checkViews(survey: Seen): Check[] {
  return [
    checkNamespaces(survey.namespaces),
    checkProcesses(survey),
    checkTaskNumbers(survey),
    checkClock(survey),
  ];
}

function checkNamespaces(namespaces: Namespaces): Check {
  const entries = Object.entries(namespaces);
  const namesOf = (place: string) =>
    entries.filter(([, own]) => own === place).map(([name]) => name);
  const nested = namesOf('nested');
  const unknown = namesOf('unknown');
  const finding = [
    nested.length === 0 ? '' : `not the machine's own: ${nested.join(', ')}`,
    unknown.length === 0 ? '' : `not known: ${unknown.join(', ')}`,
  ].filter((part) => part !== '');
  return ok(
    'namespaces',
    finding.length === 0 ? "the machine's own" : finding.join('; '),
    '/proc/self/ns',
  );
}

function checkProcesses(survey: Seen): Check {
  const { processes } = survey;
  const problem = findViewProblems(survey).find(({ of }) => of === 'processes');
  if (problem === undefined) {
    return ok(
      'processes',
      `all are seen in ${processes.root}/proc`,
      `${processes.root}/proc/2/stat`,
    );
  }
  const finding = `${problem.problem}: ${problem.consequence}`;
  return warning('processes', finding, '/proc/2/stat, /proc/self/ns/pid', problem.remedy);
}

function checkTaskNumbers({ taskNumbers }: Seen): Check {
  const name = 'numbers of tasks';
  if ('root' in taskNumbers) {
    const { root } = taskNumbers;
    return ok(name, "the kernel's own", `${root}/proc/stat, ${root}/proc/loadavg`);
  }
  return warning(
    name,
    `${taskNumbers.problem}: releases are absent, and counts are not audited`,
    '/proc/stat, /proc/loadavg and the type of their file system',
    "mount the machine's /proc at DIRECTORY/proc and set NETDATA_HOST_PREFIX=DIRECTORY",
  );
}

function checkClock({ suspendedTime, namespaces }: Seen): Check {
  const shifted = namespaces.time === 'nested' ? ', without the offsets of our time namespace' : '';
  switch (suspendedTime.by) {
    case 'uptime':
      return ok('clock', `the kernel's own${shifted}`, suspendedTime.file);
    case 'never':
      return ok(
        'clock',
        `the kernel's own${shifted}; /proc/uptime is not, and is not needed`,
        'the start of this process, by two clocks',
      );
    case 'unknown':
      return warning(
        'clock',
        suspendedTime.problem,
        '/proc/uptime and the type of its file system',
        "mount the machine's /proc at DIRECTORY/proc and set NETDATA_HOST_PREFIX=DIRECTORY",
      );
  }
}
