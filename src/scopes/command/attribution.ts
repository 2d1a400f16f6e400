import type { Dump } from '../../bpftrace/dumps.ts';
import { type HostFacts, isAtLeast } from '../../host/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import { readText } from '../../procfs/read-text.ts';
import type { Zombie } from '../../procfs/zombies.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { Attribution } from '../open-attribution.ts';
import { type CommandCgroup, makeCommandCgroup, type NoCgroup } from './cgroup.ts';
import { CommandScope, type CommandState } from './scope.ts';

/** Processes that are remembered as the command's, for the sake of those that become zombies. */
const MOST_REMEMBERED = 65_536;

/** How the command is started, as far as it shows in the counts. */
export interface CommandWords {
  /** The command's first word. */
  readonly file: string;
  /** See `CommandScope`. */
  readonly launcher: string | undefined;
}

/**
 * Tells the events of a watched command apart: by a cgroup of its own and those below it, and by who descends from it, which
 * the program follows.
 */
export class CommandAttribution {
  readonly #cgroup: CommandCgroup | NoCgroup;
  readonly #attribution: Attribution;
  readonly #scope: CommandScope;
  readonly #ownPid: number | undefined;
  readonly #knowsCgroupIds: boolean;
  readonly #seesZombies: boolean;
  #hasBegun = false;
  readonly #own = new BoundedMap<number, true>(MOST_REMEMBERED);

  constructor(
    plan: Plan,
    { ownPid, kernel, processes }: Pick<HostFacts, 'ownPid' | 'kernel' | 'processes'>,
    { file, launcher }: CommandWords,
    attribution: Attribution,
  ) {
    const { cgroups } = attribution;
    this.#attribution = attribution;
    this.#ownPid = ownPid;
    this.#seesZombies = processes.sees === 'all';
    // Before 5.5 the id of a cgroup is more than the inode number, which is all that we can read.
    this.#knowsCgroupIds = isAtLeast(kernel, 5, 5);
    this.#cgroup =
      cgroups === undefined
        ? { reason: 'cgroup version 2 is not mounted' }
        : makeCommandCgroup(cgroups.mount, cgroups.part);
    this.#scope = new CommandScope({
      plan,
      isOwn: (key) => this.#isOwn(key),
      starter: { id: ownPid, comm: readText('/proc/self/comm')?.trimEnd() ?? '' },
      file,
      launcher,
    });
  }

  /** `undefined` where the command has none of its own. */
  get cgroup(): CommandCgroup | undefined {
    return 'path' in this.#cgroup ? this.#cgroup : undefined;
  }

  /** Why it has none. */
  get noCgroup(): string | undefined {
    return 'reason' in this.#cgroup ? this.#cgroup.reason : undefined;
  }

  /** `$3` and `$4` of the program, see `program/own.ts`. */
  get parameters(): readonly string[] {
    const isByCgroup = this.cgroup !== undefined && this.#knowsCgroupIds;
    const starter = isByCgroup ? undefined : this.#ownPid;
    return [this.cgroup?.id ?? '0', String(starter ?? 0)];
  }

  /** To be called before the command is started. What our process did before, such as the self-test, is not the command's. */
  begin(): void {
    this.#hasBegun = true;
  }

  take(key: TaskKey, count: number): void {
    if (this.#hasBegun) this.#scope.take(key, count);
  }

  /** Take what the program counted of the command in all. To be called after all keys of the dump. */
  takeTotals(dump: Dump): void {
    if (this.#hasBegun) this.#scope.takeTotals(dump);
  }

  /**
   * Count released tasks.
   *
   * @param zombies - All that are new since the start; `undefined` where nobody looked.
   */
  release(zombies: readonly Zombie[] | undefined): void {
    const own = zombies?.filter((zombie) => this.#isOwnZombie(zombie));
    this.#scope.release(
      this.#attribution.attributor.waiting,
      this.#seesZombies ? own?.map(({ comm }) => comm) : null,
    );
  }

  /** `undefined` where nothing tells the command's events apart. */
  state(): CommandState | undefined {
    return this.cgroup === undefined && this.#ownPid === undefined
      ? undefined
      : this.#scope.state();
  }

  /** Remove the cgroup. */
  async close(): Promise<void> {
    await this.cgroup?.remove();
  }

  #isOwn(key: TaskKey): boolean {
    if (key.isOwn) {
      if (key.id !== 0 && key.id !== this.#ownPid) this.#own.set(key.id, true);
      return true;
    }
    if (this.cgroup === undefined) return false;
    if (key.cgroup === this.cgroup.id) return true;
    return this.#isInside(this.#attribution.cgroups?.paths.lookUp(key.cgroup, performance.now()));
  }

  /** A zombie's parent created it, or is init. */
  #isOwnZombie({ id, parent }: Zombie): boolean {
    const isKnown = this.#own.has(id) || this.#own.has(parent);
    return isKnown || this.#isInside(this.#attribution.pathOfProcess(id));
  }

  #isInside(path: string | undefined): boolean {
    const own = this.cgroup?.path;
    return own !== undefined && (path === own || (path?.startsWith(`${own}/`) ?? false));
  }
}
