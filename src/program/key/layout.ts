/**
 * The key of a count: six numbers of 64 bits, in this order. No part is a string, because some versions of bpftrace mangle
 * strings in keys. No number reaches 2^63, because bpftrace up to 0.23 prints those as -1.
 *
 * - `id`: the process id, 0 for a short-lived process, with `COMM_HIGH_BIT`, `OWN_BIT` and `USER_BIT` above it.
 * - `parent`: the id of the parent.
 * - `comm1`, `comm2`: the name of the task, eight bytes each, the first in the lowest bits.
 * - `cgroup`: the id of the cgroup of version 2.
 * - `what`: the number of the counter, with an index above it.
 *
 * Where the kernel's types cannot be read, parent and comm are 0 and stand in maps beside the keys.
 */
export const KEY_PARTS = ['id', 'parent', 'comm1', 'comm2', 'cgroup', 'what'] as const;

export type KeyPart = (typeof KEY_PARTS)[number];

/** An expression of the program for each part of a key. */
export type KeyWords = Readonly<Record<KeyPart, string>>;

/** Set in `id` where the highest bit of `comm1` would be set, and is cleared instead. */
export const COMM_HIGH_BIT = 2 ** 32;

/** Set in `id` where the task is a watched command's. */
export const OWN_BIT = 2 ** 33;

/** Set in `id` where the task is of the user that was asked for. */
export const USER_BIT = 2 ** 34;

/** Numbers of the counters in `what`. Never renumber: recorded streams hold them. 6 was used for a release. */
export const COUNTER_NUMBERS: Readonly<Record<string, number>> = {
  process_created: 1,
  thread_created: 2,
  exec: 3,
  process_exited: 4,
  thread_exited: 5,
  error: 7,
  thread_exec: 8,
  leader_exited: 9,
  other_exited: 10,
  filtered: 11,
};

/** Stands for a counter: processes of a watched command that could not be marked as its own. */
export const UNMARKED = 255;

/** An index of a counter (the errno of an error, the ending of a process) stands above its number in `what`. */
export const INDEX_SHIFT = 8;

/** Above the errno of an error, which has 12 bits, stands the limit on process ids that held for the caller's children. */
export const PID_MAX_SHIFT = 20;

const ERRNO_MASK = 0xfff;

/** The index of the exit of a process: the class of its life, and above that its exit code. */
export interface Ending {
  /** Which of the classes that `LIFETIME_BOUNDS_NS` divides; `undefined` where its age is not known. */
  readonly lifetime: number | undefined;
  /** As wait(2) tells it: the status in bits 8 to 15, or the signal in bits 0 to 6 with 128 for a core dump. */
  readonly exitCode: number;
}

/** Ages that divide lives into classes: class 0 is below the first of them, the last class from the last one on. */
export const LIFETIME_BOUNDS_NS = [1e6, 1e7, 1e8, 1e9, 1e10, 1e11] as const;

export const EXIT_CODE_SHIFT = 3;

export const EXIT_CODE_MASK = 0xffff;

/** 0 stands for a life of unknown age. */
export function buildEndingIndex({ lifetime, exitCode }: Ending): number {
  return (lifetime === undefined ? 0 : lifetime + 1) | (exitCode << EXIT_CODE_SHIFT);
}

export function readEnding(index: number): Ending {
  const lived = index & ((1 << EXIT_CODE_SHIFT) - 1);
  return {
    lifetime: lived === 0 ? undefined : lived - 1,
    exitCode: index >>> EXIT_CODE_SHIFT,
  };
}

/** From this age on a process has its own id in the key: there was time to read its /proc files. */
export const LONG_LIVED_NS = 2_000_000_000;

/** `what` of a counter. @throws Error for a counter without a number. */
export function buildWhat(counter: string, index = 0): number {
  const number = COUNTER_NUMBERS[counter];
  if (number === undefined) throw new Error(`${counter} has no number in COUNTER_NUMBERS`);
  return number | (index << INDEX_SHIFT);
}

const COUNTERS: ReadonlyMap<number, string> = new Map(
  Object.entries(COUNTER_NUMBERS).map(([counter, number]) => [number, counter]),
);

/** The bits of the counter's number in `what`. */
export const COUNTER_MASK = (1 << INDEX_SHIFT) - 1;

/** The counter in `what`; `undefined` for a number that is none's. */
export function readCounter(what: number): string | undefined {
  return COUNTERS.get(what & COUNTER_MASK);
}

/** What stands above the number of a counter. */
export function readIndex(counter: string, what: number): number {
  const index = what >>> INDEX_SHIFT;
  return counter === 'error' ? index & ERRNO_MASK : index;
}

/** See `PID_MAX_SHIFT`; 0 where it is not known, and for other counters. */
export function readPidMax(counter: string, what: number): number {
  return counter === 'error' ? Math.floor(what / 2 ** PID_MAX_SHIFT) : 0;
}
