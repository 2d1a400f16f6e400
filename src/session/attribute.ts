import type { Dump } from '../bpftrace/dumps.ts';
import type { Totals } from '../counters/totals.ts';
import type { TaskKey } from '../program/key/parse.ts';
import type { InstalledNetdata } from '../scopes/apps/read-app-groups.ts';
import { CommandAttribution, type CommandWords } from '../scopes/command/attribution.ts';
import type { CommandState } from '../scopes/command/scope.ts';
import type { NarrowedScopes, NarrowedState } from '../scopes/narrow/narrowed-scopes.ts';
import type { Wanted } from '../scopes/narrow/wanted.ts';
import { openAttribution } from '../scopes/open-attribution.ts';
import type { ScopesState } from '../scopes/state.ts';
import type { ZombieChange } from '../scopes/zombie-change.ts';
import type { Compiled } from './compile.ts';

/** Says whose the events of a session are: counts by app group and by cgroup, and those of a watched command. */
export interface SessionScopes {
  /** What is wrong with the list of app groups, one sentence each, with file and line. */
  readonly problems: readonly string[];
  /** `undefined` without a command. */
  readonly command: CommandAttribution | undefined;
  /** The path of a cgroup v2 by its id, a byte string; `undefined` where it is not known. */
  pathOf(cgroup: string): string | undefined;
  /** `undefined` where the view is not narrowed. */
  readonly narrowed: NarrowedScopes | undefined;
  take(dump: Dump, totals: Totals, nowMs: number, zombies?: ZombieChange): void;
  /** Tasks whose end was counted and that are not released. */
  waiting(): number;
  state(): ScopesState;
  /** `undefined` where the view is not narrowed. */
  narrowedState(ofAll: ScopesState): NarrowedState | undefined;
  /** `undefined` without a command, or where nothing tells it apart. */
  commandState(): CommandState | undefined;
  /** Look at all cgroups, in 25 µs for each: some are gone although no event of the kernel said so. */
  walkCgroups(nowMs: number): void;
  /** Forget the counts of a cgroup that is gone, by its key. */
  forgetCgroup(key: string): void;
  /** Remove the command's cgroup. */
  close(): Promise<void>;
}

/**
 * Get ready to say whose events are, and make the command's cgroup.
 *
 * @param options - Those of the session, and `root`, where the machine's file tree starts.
 * @param onKey - Called with every key of every dump that is of those to whom the view is narrowed.
 * @returns `undefined` where the plan does not keep counts apart.
 */
export function attribute(
  { plan, facts }: Compiled,
  options: {
    readonly configDirectories: readonly string[];
    readonly netdata?: InstalledNetdata | undefined;
    readonly command: CommandWords | undefined;
    readonly root: string;
    /** What the view is narrowed to; `undefined` for everything. */
    readonly wanted?: Wanted | undefined;
  },
  onKey: (key: TaskKey, count: number, nowMs: number) => void,
): SessionScopes | undefined {
  if (plan.keying === null) return undefined;
  let command: CommandAttribution | undefined;
  const attribution = openAttribution(plan, facts, options, (key, count, nowMs, isWanted) => {
    command?.take(key, count);
    if (isWanted) onKey(key, count, nowMs);
  });
  const { attributor, cgroups, problems, narrowed } = attribution;
  if (options.command !== undefined) {
    command = new CommandAttribution(plan, facts, options.command, attribution);
  }
  return {
    problems,
    command,
    narrowed,
    pathOf: (id) => cgroups?.paths.lookUp(id, performance.now()),
    take: (dump, totals, nowMs, zombies) => {
      attributor.take(dump, totals, nowMs, zombies);
      narrowed?.renew(nowMs);
      command?.takeTotals(dump);
      if (totals.counters.released !== null) command?.release(zombies?.fresh);
    },
    waiting: () => attributor.waiting,
    state: () => attributor.state(),
    narrowedState: (ofAll) => narrowed?.state(ofAll),
    commandState: () => command?.state(),
    walkCgroups: (nowMs) => cgroups?.paths.walk(nowMs),
    forgetCgroup: (key) => attributor.forgetCgroup(key),
    close: async () => await command?.close(),
  };
}
