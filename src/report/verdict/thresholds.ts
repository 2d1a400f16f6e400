/**
 * From where on something is told. A machine that works may create hundreds of short-lived processes a second; these are set
 * so that `make -j` on two CPUs is not told.
 */
export const THRESHOLDS = {
  /** Processes, or threads, created in a second on the whole machine. */
  stormPerSecond: 200,
  /** Share of them that one program in one cgroup created. */
  stormShare: 0.3,
  /** Exits of one program by the same signal that tells of a fault. */
  crashes: 3,
  /** Exits of one program with the same status that is not 0, or by the same other signal. */
  failures: 10,
  /** Share of all exits of that program. */
  failureShare: 0.9,
  /** New zombies of one parent in the window. */
  newZombies: 3,
  /** Seconds since the oldest of them was started: a busy parent waits for its children a moment later. */
  zombieSeconds: 1,
  /** Zombies of one parent, old ones too. */
  zombies: 100,
  /** Share of a limit on tasks that is in use. */
  limitShare: 0.8,
} as const;
