import type { BpftraceFacts, KernelVersion } from '../host/facts.ts';
import { LAUNCHER, LAUNCHER_SOCKET, type LauncherState } from '../host/launcher.ts';
import { type Check, error, ok } from './check.ts';

/** Whether a plugin that is not root can have its bpftrace here. */
export function checkLauncher(
  { ways, isSetUp }: LauncherState,
  kernel: KernelVersion,
  bpftrace: BpftraceFacts,
): Check {
  const checked = `${LAUNCHER_SOCKET}, ${LAUNCHER}, /var/lib/ebpf-processes`;
  const [way] = ways;
  if (way === undefined) {
    return ok(
      'launcher',
      'not installed; the plugin needs it where the agent is not root',
      checked,
    );
  }
  const where = way === 'socket' ? `behind ${LAUNCHER_SOCKET}` : `${LAUNCHER}, setuid root`;
  const versions = `Linux ${kernel.release} and bpftrace ${bpftrace.version}`;
  return isSetUp
    ? ok('launcher', `${where}; its programs are those of ${versions}`, checked)
    : error(
        'launcher',
        `${where}, but no programs were rendered for ${versions}`,
        checked,
        'as root: ebpf-processes setup',
      );
}
