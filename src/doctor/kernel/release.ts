import { isAtLeast } from '../../host/facts.ts';
import type { HostSurvey } from '../../host/read-host-facts.ts';
import { type Check, error, ok, warning } from '../check.ts';

/** Whether the kernel is new enough, and not on Netdata's list of those that must not run eBPF. */
export function checkRelease({ kernel, rejectedBy }: HostSurvey): Check {
  const finding = `Linux ${kernel.release}`;
  if (rejectedBy !== undefined) {
    return error(
      'kernel',
      `${finding} is on Netdata's list of kernels that must not run eBPF (${rejectedBy})`,
      'that list',
      'update the kernel, or remove the line from the list',
    );
  }
  // Netdata's own limit; RHEL 7.5 has what is needed in its 3.10.
  return isAtLeast(kernel, 4, 11)
    ? ok('kernel', finding, 'uname -r')
    : warning(
        'kernel',
        `${finding} is older than 4.11: what works depends on what the distribution added to it`,
        'uname -r',
        'update the kernel',
      );
}
