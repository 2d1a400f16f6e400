import type { Dump } from '../bpftrace/dumps.ts';
import type { Totals } from '../counters/totals.ts';
import type { TaskKey } from '../program/key/parse.ts';
import { type CommandCgroup, makeCommandCgroup } from '../scopes/command/cgroup.ts';
import { CommandScope, type CommandState } from '../scopes/command/scope.ts';
import { openAttribution } from '../scopes/open-attribution.ts';
import type { ScopesState } from '../scopes/state.ts';
import type { ZombieReading } from '../scopes/zombie-counts.ts';
import type { Compiled } from './compile.ts';

/** Whose the events of a session are: app groups, cgroups, and the watched command apart. */
export interface SessionScopes {
  /** What is wrong with the list of app groups, one sentence each, with file and line. */
  readonly problems: readonly string[];
  /** The command's own cgroup; `undefined` without a command, or where it cannot be made. */
  readonly commandCgroup: CommandCgroup | undefined;
  /** To be called when the command runs. */
  setCommandPid(pid: number): void;
  /** The path of a cgroup v2 by its id, a byte string; `undefined` where it is not known. */
  pathOf(cgroup: string): string | undefined;
  take(dump: Dump, totals: Totals, nowMs: number, zombies?: ZombieReading): void;
  state(): ScopesState;
  /** `undefined` without a command. */
  commandState(): CommandState | undefined;
  /** Cgroups that are gone without a word of the kernel's are found by a walk over all, which costs 25 µs each. */
  walkCgroups(nowMs: number): void;
  /** Forget the counts of a cgroup that is gone, by its key. */
  forgetCgroup(key: string): void;
  /** Remove the command's cgroup. */
  close(): void;
}

/**
 * Get ready to say whose events are; `undefined` where the plan does not keep counts apart.
 *
 * @param options - Those of the session, and `root`, where the machine's file tree starts.
 * @param onKey - Called with every key that counts.
 */
export function attribute(
  { plan, facts }: Compiled,
  options: {
    readonly configDirectories: readonly string[];
    readonly command: readonly string[];
    readonly root: string;
  },
  onKey: (key: TaskKey, count: number, nowMs: number) => void,
): SessionScopes | undefined {
  if (plan.keying === null) return undefined;
  let command: CommandScope | undefined;
  const { attributor, cgroups, tree, problems, pathOfProcess } = openAttribution(
    plan,
    facts.cgroups,
    options,
    (key, count, nowMs) => {
      command?.take(key, count);
      onKey(key, count, nowMs);
    },
  );
  const [file] = options.command;
  const cgroup =
    file === undefined || cgroups === undefined ? undefined : makeCommandCgroup(cgroups.mount);
  let pid = 0;
  const isInside = (path: string | undefined) =>
    cgroup !== undefined &&
    (path === cgroup.path || (path?.startsWith(`${cgroup.path}/`) ?? false));
  const isOwn = (key: TaskKey) =>
    cgroup === undefined
      ? pid !== 0 && tree.isDescendant(key, pid)
      : key.cgroup === cgroup.id || isInside(cgroups?.paths.lookUp(key.cgroup, performance.now()));
  if (file !== undefined) command = new CommandScope({ plan, isOwn, starter: process.pid, file });
  return {
    problems,
    commandCgroup: cgroup,
    setCommandPid: (started) => {
      pid = started;
    },
    pathOf: (id) => cgroups?.paths.lookUp(id, performance.now()),
    take: (dump, totals, nowMs, zombies) => {
      attributor.take(dump, totals, nowMs, zombies);
      if (totals.counters.released === null) return;
      // Without a cgroup of its own a zombie of the command's is told by who its parent was.
      const own = zombies?.fresh?.filter(({ id, parent }) =>
        cgroup === undefined
          ? isOwn({ id, parent, comm: '', cgroup: '', counter: '', index: 0 })
          : isInside(pathOfProcess(id)),
      );
      command?.release(
        attributor.waiting,
        own?.map(({ comm }) => comm),
      );
    },
    state: () => attributor.state(),
    commandState: () => command?.state(),
    walkCgroups: (nowMs) => cgroups?.paths.walk(nowMs),
    forgetCgroup: (key) => attributor.forgetCgroup(key),
    close: () => cgroup?.remove(),
  };
}
