import { isAtLeast, isByLauncher } from '../host/facts.ts';
import { LAUNCHER, LAUNCHER_SOCKET } from '../host/launcher.ts';
import type { HostSurvey } from '../host/read-host-facts.ts';
import { findCover, howToMount, isNotOffered } from '../host/why-no-tracepoints.ts';
import { noteLauncher } from '../plan/launcher.ts';
import { type Check, error, ok, warning } from './check.ts';

/** What bpftrace needs, and bpftrace itself. */
export function checkTools(survey: HostSurvey, tracepoints: readonly string[]): Check[] {
  return [
    checkBpftrace(survey),
    checkPrivilege(survey),
    checkTracefs(survey),
    checkDebugfs(survey),
    checkTracepoints(survey, tracepoints),
    survey.bpftool === undefined
      ? ok(
          'bpftool',
          'not installed; with it, --cost works, and more of BPF is examined here',
          'the system directories',
        )
      : ok('bpftool', survey.bpftool, 'the system directories'),
  ];
}

function checkBpftrace({ bpftrace }: HostSurvey): Check {
  if (bpftrace.ok) {
    const { path, version } = bpftrace.value;
    return ok('bpftrace', `${version}, ${path}`, `${path} --version`);
  }
  const { message, hint } = bpftrace.problem;
  return error('bpftrace', message, 'bpftrace --version', hint ?? null);
}

function checkPrivilege({ privilege }: HostSurvey): Check {
  if (!privilege.ok) {
    return error(
      'privilege',
      privilege.problem.message,
      'id -u, /proc/self/status, sudo -n bpftrace --version',
      privilege.problem.hint ?? null,
    );
  }
  if (isByLauncher(privilege.value)) {
    const [because = ''] = noteLauncher(privilege.value);
    return ok('privilege', because, `${LAUNCHER_SOCKET}, ${LAUNCHER}`);
  }
  return privilege.value === 'root'
    ? ok('privilege', 'root', 'id -u')
    : warning(
        'privilege',
        'sudo runs bpftrace as root; how many events the kernel missed cannot be read',
        'sudo -n bpftrace --version',
        null,
      );
}

function checkTracefs({ mounts, bpftrace, rights }: HostSurvey): Check {
  const checked = '/proc/self/mountinfo';
  const needsDebugfs = bpftrace.ok && !isAtLeast(bpftrace.value, 0, 17);
  const wanted = needsDebugfs
    ? ['/sys/kernel/debug/tracing']
    : ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
  const there = mounts.tracefs.filter((place) => wanted.includes(place));
  if (there.length > 0) return ok('tracefs', `mounted at ${there.join(' and ')}`, checked);
  // debugfs mounts tracefs within itself at the first access.
  if (mounts.debugfs.includes('/sys/kernel/debug')) return ok('tracefs', 'below debugfs', checked);
  const cover = findCover(mounts);
  if (cover !== undefined) {
    return error(
      'tracefs',
      `hidden by what is mounted at ${cover.point} (${cover.type})`,
      checked,
      `umount ${cover.point}`,
    );
  }
  if (isNotOffered(mounts, 'tracefs')) {
    return error(
      'tracefs',
      'this kernel has none: it was built without tracing',
      '/proc/filesystems',
      'boot a kernel that has it: grep -l CONFIG_FTRACE=y /boot/config-*',
    );
  }
  const elsewhere = mounts.tracefs.length > 0 ? `only at ${mounts.tracefs.join(' and ')}` : 'not';
  return error(
    'tracefs',
    `${elsewhere} mounted where bpftrace looks for it`,
    checked,
    howToMount(needsDebugfs ? 'debugfs' : 'tracefs', rights),
  );
}

function checkDebugfs({ mounts, bpftrace, rights }: HostSurvey): Check {
  const checked = '/proc/self/mountinfo';
  if (mounts.debugfs.length > 0) {
    return ok('debugfs', `mounted at ${mounts.debugfs.join(' and ')}`, checked);
  }
  const remedy = isNotOffered(mounts, 'debugfs')
    ? 'take bpftrace 0.17 or later, which needs no debugfs'
    : howToMount('debugfs', rights);
  return bpftrace.ok && !isAtLeast(bpftrace.value, 0, 17)
    ? error(
        'debugfs',
        `not mounted, and bpftrace ${bpftrace.value.version} looks nowhere else`,
        checked,
        remedy,
      )
    : ok('debugfs', 'not mounted; tracefs is enough for this bpftrace', checked);
}

function checkTracepoints({ tracepoints }: HostSurvey, wanted: readonly string[]): Check {
  const checked = 'events/*/*/format of tracefs';
  if (!tracepoints.ok) {
    const { message, hint } = tracepoints.problem;
    return error('tracepoints', message, checked, hint ?? null);
  }
  const missing = wanted.filter((name) => !tracepoints.value.has(name));
  return missing.length === 0
    ? ok('tracepoints', `all ${wanted.length} exist`, checked)
    : warning('tracepoints', `this kernel has no ${missing.join(', ')}`, checked, null);
}
