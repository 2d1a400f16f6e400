/** How long we wait for bpftrace, and how much garbage we take from it. Tests of faults have shorter ones. */
export interface Limits {
  readonly firstDumpTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  readonly brokenLineBudget: number;
  readonly longestLineBytes: number;
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
  // After this many lines that are not messages of bpftrace, and no dump, something else is running.
  brokenLineBudget: 200,
  // The line of a map has some 20 to 60 bytes for each of its keys, of which there are 32,768 by default.
  longestLineBytes: 128 * 1024 * 1024,
  // Waits before the first restart in a row, the second, and so on; the last one is repeated without end.
  restartDelaysMs: [0, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
  // How long a bpftrace behind sudo may take after SIGTERM: 0.4 to 0.75 s for 5 to 9 attach points here.
  stopTimeoutMs: 900,
  // An event that has counted no self-test event so long after the first one does not count. Dumps can come before the last
  // event is attached: 0.1 s before it here, and seconds on a slow machine.
  selfTestTimeoutMs: 10_000,
};

/** Time to read output that waited while the whole machine was paused, before a bpftrace counts as silent. */
export const PAUSE_GRACE_MS = 500;

/** Time from one set of self-test events to the next. */
export const SELF_TEST_PAUSE_MS = 500;

/** Bytes of bpftrace's stderr that are kept, the last ones, to explain its end. */
export const STDERR_KEPT_BYTES = 8_192;
