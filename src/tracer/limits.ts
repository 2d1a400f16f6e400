/** bpftrace takes 0.2-0.6 s to its first frame here; a slow and busy host gets twenty times that. */
export const FIRST_FRAME_TIMEOUT_MS = 15_000;

/** Frames come once a period. Without one for this long, bpftrace hangs or its output is stuck. */
export const SILENCE_TIMEOUT_MS = 3_000;

/** After this many lines that are no message of bpftrace, with no frame among them, it is something else that runs. */
export const BROKEN_LINE_BUDGET = 200;

/** An event of our own must be counted within this time of the first frame, or what is attached does not count. */
export const PROOF_TIMEOUT_MS = 5_000;

/** bpftrace ends 0.11-0.2 s after SIGTERM; we promise to be gone within a second. */
export const STOP_TIMEOUT_MS = 600;

/** Waits before a restart: at once, then longer. When they are used up without a frame in between, we give up. */
export const RESTART_DELAYS_MS: readonly number[] = [0, 500, 1_000, 2_000, 5_000, 10_000];

/** The last words of bpftrace on stderr that are kept to explain its end. */
export const STDERR_KEPT_BYTES = 8_192;
