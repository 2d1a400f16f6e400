import type { HostSurvey } from '../../host/read-host-facts.ts';
import { type Check, error, ok, warning } from '../check.ts';

/** Whether lockdown lets BPF programs read the kernel. */
export function checkLockdown({ lockdown }: HostSurvey): Check {
  const { state, source } = lockdown;
  switch (state) {
    case 'none':
      return ok('lockdown', 'none', source);
    case 'integrity':
      return ok(
        'lockdown',
        'integrity: tracing is allowed; on some kernels fentry cannot be attached then',
        source,
      );
    case 'confidentiality':
      return error(
        'lockdown',
        'confidentiality: no BPF program may read this kernel',
        source,
        'boot without lockdown=confidentiality',
      );
    case 'unknown':
      return warning(
        'lockdown',
        `not known: ${source}`,
        '/sys/kernel/security/lockdown',
        'mount -t securityfs securityfs /sys/kernel/security',
      );
  }
}
