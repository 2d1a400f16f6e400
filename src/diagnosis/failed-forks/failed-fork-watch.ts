import type { TaskKey } from '../../program/key/parse.ts';
import { type PidsHit, PidsHits } from './pids-hits.ts';
import {
  type CallerLimits,
  countTasksByUser,
  type MachineLimits,
  readCallerLimits,
  readMachineLimits,
  type Usage,
} from './task-limits.ts';

/** What is known of why forks failed in a window. */
export interface FailedForkEvidence {
  readonly pids: readonly PidsHit[];
  readonly callers: readonly FailedCaller[];
  /** With the highest use that was read. */
  readonly machine: MachineLimits;
}

/** A process whose forks failed, as it was soon after. */
export interface FailedCaller extends CallerLimits {
  readonly errnos: readonly number[];
  /** Tasks of its user, the highest number that was read; `undefined` where nothing limits them. */
  readonly userTasks: number | undefined;
}

/** More callers tell nothing new. */
const MOST_CALLERS = 64;

/** Counting a user's tasks reads one file for each process of the machine. */
const COUNT_EVERY_MS = 500;

/** How often one caller is looked at. */
const LOOK_EVERY_MS = 90;

interface Entry {
  limits: CallerLimits;
  errnos: Set<number>;
  userTasks: number | undefined;
  lookedAtMs: number;
}

/** Looks for the limit behind each failed fork while its caller, and the tasks that use the limit up, still exist. */
export class FailedForkWatch {
  readonly #root: string;
  readonly #pids: PidsHits;
  readonly #callers = new Map<number, Entry>();
  #machine: MachineLimits;
  #countedAtMs = Number.NEGATIVE_INFINITY;
  #tasksByUser: ReadonlyMap<number, number> = new Map();

  /** @param root - Where the machine's file tree starts; empty but for fixtures. */
  constructor(root = '') {
    this.#root = root;
    this.#pids = new PidsHits(root);
    this.#machine = readMachineLimits(root);
  }

  /** The window opens. */
  open(): void {
    this.#callers.clear();
    this.#pids.open();
    this.#machine = readMachineLimits(this.#root);
  }

  /** Take a key of the window; only failed forks matter. */
  take(key: TaskKey, nowMs: number): void {
    if (key.counter !== 'error' || key.id === 0) return;
    const known = this.#callers.get(key.id);
    if (known === undefined && this.#callers.size >= MOST_CALLERS) return;
    known?.errnos.add(key.index);
    if (known !== undefined && nowMs - known.lookedAtMs < LOOK_EVERY_MS) return;
    const limits = readCallerLimits(key.id, this.#root);
    if (limits === undefined) return;
    this.#pids.look(key.id);
    this.#machine = highest(this.#machine, readMachineLimits(this.#root));
    const tasks = limits.processLimit === undefined ? undefined : this.#countTasks(limits, nowMs);
    this.#callers.set(key.id, {
      limits,
      errnos: new Set([...(known?.errnos ?? []), key.index]),
      userTasks: tasks === undefined ? undefined : Math.max(tasks, known?.userTasks ?? 0),
      lookedAtMs: nowMs,
    });
  }

  /** The window closes. */
  close(): void {
    this.#pids.close();
    this.#machine = highest(this.#machine, readMachineLimits(this.#root));
  }

  get evidence(): FailedForkEvidence {
    return {
      pids: this.#pids.hits,
      machine: this.#machine,
      callers: [...this.#callers.values()].map(({ limits, errnos, userTasks }) => ({
        ...limits,
        errnos: [...errnos],
        userTasks,
      })),
    };
  }

  #countTasks({ user }: CallerLimits, nowMs: number): number {
    if (nowMs - this.#countedAtMs >= COUNT_EVERY_MS) {
      this.#countedAtMs = nowMs;
      this.#tasksByUser = countTasksByUser(this.#root);
    }
    return this.#tasksByUser.get(user) ?? 0;
  }
}

/** The limits as they are now, each with the highest use that was read. */
function highest(before: MachineLimits, now: MachineLimits): MachineLimits {
  const join = (a: Usage | undefined, b: Usage | undefined) =>
    b && { limit: b.limit, used: Math.max(a?.used ?? 0, b.used) };
  return {
    threadsMax: join(before.threadsMax, now.threadsMax),
    pidMax: join(before.pidMax, now.pidMax),
    commit: join(before.commit, now.commit),
  };
}
