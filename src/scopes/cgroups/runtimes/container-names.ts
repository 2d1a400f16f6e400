import { BoundedMap } from '../../bounded-map.ts';
import type { Container } from '../find-container.ts';
import type { Answer } from './answer.ts';
import { Runtimes } from './runtimes.ts';

/** What is known of a container by now. */
export interface Knowledge {
  readonly answer: Answer;
  /** Its runtime has answered, or has had its time to. */
  readonly isFinal: boolean;
}

/** A runtime writes its files before it starts a container. */
const ANSWER_MS = 2_000;

/** Containers that are remembered. Most machines have fewer. */
const MOST_REMEMBERED = 16_384;

/** Containers that are asked for in one dump; each takes 0.1 ms. The others have their turn in the next one. */
const MOST_ASKED = 512;

interface Asked {
  readonly sinceMs: number;
  readonly atMs: number;
  readonly knowledge: Knowledge;
}

/** Knows what the runtimes of containers say of them, and when to ask. */
export class ContainerNames {
  readonly #runtimes: Runtimes;
  readonly #asked = new BoundedMap<string, Asked>(MOST_REMEMBERED);
  #dumpMs = Number.NaN;
  #left = MOST_ASKED;

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param mounts - Where cgroups are mounted, byte strings without the root.
   * @param procRoot - Where the tree starts whose /proc shows the processes of the machine.
   */
  constructor(root: string, mounts: readonly string[], procRoot = root) {
    this.#runtimes = new Runtimes(root, mounts, procRoot);
  }

  /**
   * What is known of a container, asked for once in a dump until it is final.
   *
   * @param path - Of its cgroup.
   * @param nowMs - On any clock that never steps back; the same for all events of a dump.
   */
  find(container: Container, path: string, nowMs: number): Knowledge {
    const known = this.#asked.get(path);
    if (known?.knowledge.isFinal || known?.atMs === nowMs) return known.knowledge;
    this.#startDump(nowMs);
    if (this.#left === 0) return { answer: undefined, isFinal: false };
    this.#left -= 1;
    const sinceMs = known?.sinceMs ?? nowMs;
    const said = this.#runtimes.ask(container, path);
    const isFinal = said !== undefined || nowMs - sinceMs >= ANSWER_MS;
    const knowledge = { answer: said, isFinal };
    this.#asked.set(path, { sinceMs, atMs: nowMs, knowledge });
    return knowledge;
  }

  #startDump(nowMs: number): void {
    if (nowMs === this.#dumpMs) return;
    this.#dumpMs = nowMs;
    this.#left = MOST_ASKED;
    this.#runtimes.forget();
  }
}
