import type { BlameObservation } from '../diagnosis/observation.ts';
import { type RefusalEvidence, RefusalWatch } from '../diagnosis/refusals/refusal-watch.ts';
import { TopForkers } from '../diagnosis/top-forkers.ts';
import { readUnreaped, readUnreapingParents, type Unreaped } from '../procfs/zombies.ts';
import type { TaskKey } from '../program/key/parse.ts';
import type { WatchAttribution } from './attribute.ts';

/** Looks behind the counts of a window: which limits refused, who created most, and who leaves children unreaped. */
export class Investigation {
  readonly #refusals = new RefusalWatch();
  readonly #storm = new TopForkers();
  #isOpen = false;
  #unreapedAtOpen: readonly Unreaped[] = [];
  #unreaping: BlameObservation['unreaping'] = [];

  /** The window opens. */
  open(): void {
    this.#storm.reset();
    this.#refusals.open();
    this.#unreapedAtOpen = readUnreaped();
    this.#isOpen = true;
  }

  take(key: TaskKey, count: number, nowMs: number): void {
    if (!this.#isOpen) return;
    this.#storm.take(key, count);
    this.#refusals.take(key, nowMs);
  }

  /** The window closes. */
  close(): void {
    this.#isOpen = false;
    this.#refusals.close();
    this.#unreaping = readUnreapingParents(this.#unreapedAtOpen);
  }

  get unreapedAtOpen(): readonly Unreaped[] {
    return this.#unreapedAtOpen;
  }

  get refusals(): RefusalEvidence {
    return this.#refusals.evidence;
  }

  /** @param attribution - `undefined` where counts are not kept apart. */
  blame(attribution: WatchAttribution | undefined): BlameObservation {
    const paths = attribution?.cgroups?.paths;
    return {
      storm: attribution && this.#storm,
      pathOf: (cgroup) => paths?.lookUp(cgroup, performance.now()),
      unreaping: this.#unreaping,
    };
  }
}
