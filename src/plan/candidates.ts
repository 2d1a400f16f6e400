import type { Row } from './candidate.ts';
import { CREATE_ROWS } from './candidates/create.ts';
import { ERROR_ROWS } from './candidates/error.ts';
import { EXEC_ROWS } from './candidates/exec.ts';
import { EXIT_ROWS } from './candidates/exit.ts';
import { RELEASE_ROWS } from './candidates/release.ts';
import { tracepointName } from './unavailable.ts';

/** Every way to attach every hook. */
export const ROWS: readonly Row[] = [
  ...CREATE_ROWS,
  ...EXEC_ROWS,
  ...EXIT_ROWS,
  ...RELEASE_ROWS,
  ...ERROR_ROWS,
];

/** The tracepoints that some row needs, `category:name`. */
export const TRACEPOINTS: readonly string[] = [...new Set(ROWS.flatMap((row) => row.tracepoints))]
  .filter((point) => point.startsWith('tracepoint:'))
  .map(tracepointName);

/** The kernel functions that some row hooks. */
export const FUNCTIONS: readonly string[] = [...new Set(ROWS.flatMap((row) => row.functions))];
