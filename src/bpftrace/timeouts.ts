/** How long bpftrace is waited for, and how much is taken from it. Tests of faults shorten them. */
export interface Limits {
  readonly firstDumpTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  readonly brokenLineBudget: number;
  readonly restartDelaysMs: readonly number[];
  readonly stopTimeoutMs: number;
  readonly selfTestTimeoutMs: number;
}

export const LIMITS: Limits = {
  // bpftrace takes 0.2-0.6 s to its first dump; in an emulated machine on a busy host it was seen to take 75 s.
  firstDumpTimeoutMs: 100_000,
  // Dumps come at least once a second. Without one for this long, bpftrace hangs or its output is stuck. In an
  // emulated machine under a storm, on a busy host, there was none for more than 10 s.
  silenceTimeoutMs: 30_000,
  // After this many lines that are no message of bpftrace, with no dump among them, it is something else that runs.
  brokenLineBudget: 200,
  // Waits before the first restart in a row, the second, and so on; the last one is repeated without end.
  restartDelaysMs: [0, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
  // How long a bpftrace behind sudo may take after SIGTERM: 0.4 to 0.75 s for 5 to 9 attach points here.
  stopTimeoutMs: 900,
  // A self-test event must be counted within this time of the first one, or what is attached does not count. Dumps can
  // come before the last event is attached, which takes 0.1 s here and seconds on a slow machine.
  selfTestTimeoutMs: 10_000,
};

/** After the time for a dump is over, for the output that waits where the whole machine was paused. */
export const PAUSE_GRACE_MS = 500;

/** Time that a self-test event has to be counted, before another one is made. */
export const SELF_TEST_PAUSE_MS = 500;

/** The last words of bpftrace on stderr that are kept to explain its end. */
export const STDERR_KEPT_BYTES = 8_192;
