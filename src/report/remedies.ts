import type { FailedCaller } from '../diagnosis/failed-forks/evidence.ts';
import type { Why } from '../diagnosis/failed-forks/nearest-limit.ts';
import { unitOf } from '../diagnosis/failed-forks/unit.ts';
import { toShellWord } from './shell-word.ts';

/** Shell commands that remove a cause: at once, and so that it stays removed. `null` where there is none. */
export interface Remedies {
  readonly now: string | null;
  readonly lasting: string | null;
}

/** What is to be raised. */
type Limit = Pick<Why, 'cause' | 'name' | 'limit'>;

/** A process that has the limit. */
type Caller = Pick<FailedCaller, 'pid' | 'user' | 'unit' | 'hardLimit'>;

/** The highest values that the kernel takes (PID_MAX_LIMIT, FUTEX_TID_MASK). */
const HIGHEST: Readonly<Record<string, number>> = {
  'kernel.pid_max': 4_194_304,
  'kernel.threads-max': 2 ** 30 - 1,
};

const NONE: Remedies = { now: null, lasting: null };

/** What to do about a cause; limits are doubled. @param caller - Whose forks failed most. */
export function findRemedies(why: Limit, caller: Caller | undefined): Remedies {
  switch (why.cause) {
    case 'cgroup_pids':
      return raiseCgroup(why, 'TasksMax');
    case 'rlimit_nproc':
      return raiseProcesses(why, caller);
    case 'rlimit_nofile':
      return raiseFiles(why, caller);
    case 'threads_max':
    case 'pid_max':
    case 'max_namespaces':
      return raiseSysctl(why);
    case 'pid_namespace_max':
      // From outside, a command would have to be started inside, and there is no id for it.
      return { now: `echo ${twice(why.limit)} >/proc/sys/kernel/pid_max`, lasting: null };
    case 'memory_commit':
      return setSysctl('vm.overcommit_memory', 0);
    case 'memory_cgroup':
      return raiseCgroup(why, 'MemoryMax');
    case 'pid_namespace':
      return { now: 'unshare --pid --fork COMMAND', lasting: null };
    case 'namespace_depth':
    case 'arguments':
    case 'permission':
      return NONE;
  }
}

function raiseCgroup({ name, limit }: Limit, property: string): Remedies {
  if (limit === null || name === null) return NONE;
  const unit = unitOf(name.slice(0, name.lastIndexOf('/')));
  return {
    now: `echo ${twice(limit)} > ${toShellWord(name)}`,
    lasting:
      unit === undefined
        ? null
        : `systemctl set-property ${toShellWord(unit)} ${property}=${twice(limit)}`,
  };
}

function raiseProcesses({ limit }: Limit, caller: Caller | undefined): Remedies {
  if (caller === undefined || limit === null) return NONE;
  const { pid, user, unit, hardLimit } = caller;
  const raised = twice(limit);
  // `SOFT:` leaves the hard limit alone; it is raised only where it is lower.
  const both = hardLimit === null || hardLimit >= raised ? `${raised}:` : String(raised);
  return {
    now: `prlimit --pid ${pid} --nproc=${both}`,
    lasting: unit?.endsWith('.service')
      ? writeDropIn(unit, `LimitNPROC=${raised}`)
      : `echo ':${user} - nproc ${raised}' >/etc/security/limits.d/90-nproc-${user}.conf`,
  };
}

function raiseFiles({ limit }: Limit, caller: Caller | undefined): Remedies {
  if (caller === undefined || limit === null) return NONE;
  const { pid, unit } = caller;
  return {
    now: `prlimit --pid ${pid} --nofile=${twice(limit)}`,
    lasting: unit?.endsWith('.service') ? writeDropIn(unit, `LimitNOFILE=${twice(limit)}`) : null,
  };
}

/** Holds from the next start of the unit. */
function writeDropIn(unit: string, line: string): string {
  const directory = toShellWord(`/etc/systemd/system/${unit}.d`);
  const name = line.slice(0, line.indexOf('='));
  return `mkdir -p ${directory} && printf '[Service]\\n${line}\\n' >${directory}/${name}.conf && systemctl daemon-reload && systemctl restart ${toShellWord(unit)}`;
}

function raiseSysctl({ name, limit }: Limit): Remedies {
  if (name === null || limit === null) return NONE;
  const highest = HIGHEST[name] ?? 2 ** 31 - 1;
  return limit < highest ? setSysctl(name, Math.min(twice(limit), highest)) : NONE;
}

function setSysctl(name: string, value: number): Remedies {
  return {
    now: `sysctl -w ${name}=${value}`,
    lasting: `echo '${name} = ${value}' >/etc/sysctl.d/90-${name}.conf`,
  };
}

/** At least 1, so that a limit of 0 is raised too. */
function twice(limit: number | null): number {
  return Math.max(1, 2 * (limit ?? 0));
}
