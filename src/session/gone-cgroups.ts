import { isSameCounters } from '../counters/counters.ts';
import type { CgroupState } from '../scopes/state.ts';
import type { Session } from './session.ts';
import type { Snapshot, Window } from './snapshot.ts';

/** How often to look for cgroups that are gone without a word of the kernel's. */
const WALK_EVERY_MS = 10_000;

/** Forgets cgroups that are gone, so that nothing grows with the number of windows. */
export class GoneCgroups {
  readonly #session: Session;
  #walkedAtMs = performance.now();

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Forget the cgroups that are gone and had no event in a window: should one come back, it counts from zero.
   *
   * @returns The snapshot that closes the window, without them.
   */
  forget(window: Window): Snapshot {
    if (performance.now() - this.#walkedAtMs >= WALK_EVERY_MS) {
      this.#walkedAtMs = performance.now();
      this.#session.scopes?.walkCgroups(this.#walkedAtMs);
    }
    return forgetGone(this.#session, window);
  }
}

function forgetGone(session: Session, { open, close }: Window): Snapshot {
  if (close.scopes === null || open.scopes === null) return close;
  const before = new Map(open.scopes.cgroups.map((cgroup) => [cgroup.key, cgroup]));
  const isOver = ({ key, isLive, counters }: CgroupState) => {
    const known = before.get(key);
    return !isLive && known !== undefined && isSameCounters(counters, known.counters);
  };
  const gone = close.scopes.cgroups.filter(isOver);
  if (gone.length === 0) return close;
  for (const { key } of gone) session.scopes?.forgetCgroup(key);
  const cgroups = close.scopes.cgroups.filter((cgroup) => !gone.includes(cgroup));
  return { ...close, scopes: { ...close.scopes, cgroups } };
}
