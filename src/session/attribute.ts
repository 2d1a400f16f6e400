import type { CgroupLayout } from '../host/cgroup-layout.ts';
import type { Plan } from '../plan/plan.ts';
import type { TaskKey } from '../program/key/parse.ts';
import { type CommandCgroup, makeCommandCgroup } from '../scopes/command/cgroup.ts';
import { CommandScope } from '../scopes/command/scope.ts';
import { type Attribution, openAttribution } from '../scopes/open-attribution.ts';

/** Attribution for one watch, with the watched command apart. */
export interface WatchAttribution extends Attribution {
  /** The command's own cgroup; `undefined` without a command, or where it cannot be made. */
  readonly commandCgroup: CommandCgroup | undefined;
  /** What the command did; `undefined` without a command. */
  readonly commandScope: CommandScope | undefined;
  /** To be called when the command runs. */
  setCommandPid(pid: number): void;
}

/**
 * Open attribution where the plan keeps counts apart; `undefined` where it does not.
 *
 * @param layout - How cgroups are mounted.
 * @param configDirectories - Where `apps_groups.conf` is looked for.
 * @param command - The command to tell apart; empty for none.
 * @param onKey - Called with every key that counts.
 */
export function attribute(
  plan: Plan,
  layout: CgroupLayout,
  configDirectories: readonly string[],
  command: readonly string[],
  onKey?: (key: TaskKey, count: number, nowMs: number) => void,
): WatchAttribution | undefined {
  if (plan.keying === null) return undefined;
  let scope: CommandScope | undefined;
  const attribution = openAttribution(plan, layout, configDirectories, (key, count, nowMs) => {
    scope?.take(key, count);
    onKey?.(key, count, nowMs);
  });
  const [file] = command;
  if (file === undefined) {
    return {
      ...attribution,
      commandCgroup: undefined,
      commandScope: undefined,
      setCommandPid() {},
    };
  }
  const { cgroups, tree } = attribution;
  const cgroup = cgroups === undefined ? undefined : makeCommandCgroup(cgroups.mount);
  let pid = 0;
  const isOwn = (key: TaskKey) =>
    cgroup === undefined
      ? pid !== 0 && tree.isDescendant(key, pid)
      : key.cgroup === cgroup.id ||
        (cgroups?.paths.lookUp(key.cgroup, performance.now())?.startsWith(`${cgroup.path}/`) ??
          false);
  scope = new CommandScope({ isOwn, starter: process.pid, file });
  return {
    ...attribution,
    commandCgroup: cgroup,
    commandScope: scope,
    setCommandPid: (started) => {
      pid = started;
    },
  };
}
