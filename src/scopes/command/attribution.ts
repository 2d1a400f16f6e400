import type { Plan } from '../../plan/plan.ts';
import type { Zombie } from '../../procfs/zombies.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import type { Attribution } from '../open-attribution.ts';
import { toTaskKey } from '../zombie-change.ts';
import { type CommandCgroup, makeCommandCgroup } from './cgroup.ts';
import { CommandScope, type CommandState } from './scope.ts';

/** Tells the events of a watched command apart: by a cgroup of its own, or else by who descends from the command. */
export class CommandAttribution {
  /** `undefined` where none can be made. */
  readonly cgroup: CommandCgroup | undefined;
  readonly #attribution: Attribution;
  readonly #scope: CommandScope;
  #pid = 0;

  /** @param file - The command's first word. */
  constructor(plan: Plan, file: string, attribution: Attribution) {
    const { cgroups } = attribution;
    this.#attribution = attribution;
    this.cgroup = cgroups === undefined ? undefined : makeCommandCgroup(cgroups.mount);
    this.#scope = new CommandScope({
      plan,
      isOwn: (key) => this.#isOwn(key),
      starter: process.pid,
      file,
    });
  }

  /** To be called when the command runs. */
  setPid(pid: number): void {
    this.#pid = pid;
  }

  take(key: TaskKey, count: number): void {
    this.#scope.take(key, count);
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
      own?.map(({ comm }) => comm),
    );
  }

  state(): CommandState {
    return this.#scope.state();
  }

  /** Remove the cgroup. */
  close(): void {
    this.cgroup?.remove();
  }

  #isOwn(key: TaskKey): boolean {
    const { tree, cgroups } = this.#attribution;
    if (this.cgroup === undefined) return this.#pid !== 0 && tree.isDescendant(key, this.#pid);
    if (key.cgroup === this.cgroup.id) return true;
    return this.#isInside(cgroups?.paths.lookUp(key.cgroup, performance.now()));
  }

  #isOwnZombie(zombie: Zombie): boolean {
    return this.cgroup === undefined
      ? this.#isOwn(toTaskKey(zombie))
      : this.#isInside(this.#attribution.pathOfProcess(zombie.id));
  }

  #isInside(path: string | undefined): boolean {
    const own = this.cgroup?.path;
    return own !== undefined && (path === own || (path?.startsWith(`${own}/`) ?? false));
  }
}
