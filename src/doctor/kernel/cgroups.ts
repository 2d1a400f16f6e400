import type { HostSurvey } from '../../host/read-host-facts.ts';
import { findViewProblems } from '../../plan/views.ts';
import { type Check, ok, warning } from '../check.ts';

/** Which versions of cgroups there are: what counts by cgroup are worth. */
export function checkCgroups(survey: HostSurvey): Check {
  const { cgroups } = survey;
  const source = '/proc/self/mountinfo';
  const problem = findViewProblems(survey).find(({ of }) => of === 'cgroups');
  if (problem !== undefined) {
    const finding = `${problem.problem}: ${problem.consequence}`;
    return warning('cgroups', finding, source, problem.remedy);
  }
  switch (cgroups.kind) {
    case 'unified':
      return ok('cgroups', `version 2, on ${cgroups.v2Mount}`, source);
    case 'hybrid':
      return warning(
        'cgroups',
        `version 1, and version 2 on ${cgroups.v2Mount}: counts of a container that is in version 1 alone are approximate`,
        source,
        'boot with systemd.unified_cgroup_hierarchy=1',
      );
    case 'v1':
      return warning(
        'cgroups',
        'version 1 only: counts by cgroup and service, and those of a command, are approximate',
        source,
        'boot with systemd.unified_cgroup_hierarchy=1',
      );
    case 'none':
      return warning(
        'cgroups',
        'none are mounted: there are no counts by cgroup and service',
        source,
        'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
      );
  }
}
