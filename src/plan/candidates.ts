import type { Candidate } from './candidate.ts';
import { CREATE_CANDIDATES } from './candidates/create.ts';
import { ERROR_CANDIDATES } from './candidates/error.ts';
import { EXEC_CANDIDATES } from './candidates/exec.ts';
import { EXIT_CANDIDATES } from './candidates/exit.ts';
import { tracepointName } from './unavailable.ts';

/** Every candidate of every event. */
export const CANDIDATES: readonly Candidate[] = [
  ...CREATE_CANDIDATES,
  ...EXEC_CANDIDATES,
  ...EXIT_CANDIDATES,
  ...ERROR_CANDIDATES,
];

/** The tracepoints that some candidate needs, `category:name`. */
export const TRACEPOINTS: readonly string[] = [
  ...new Set(CANDIDATES.flatMap((candidate) => candidate.tracepoints)),
]
  .filter((point) => point.startsWith('tracepoint:'))
  .map(tracepointName);

/** The kernel functions that some candidate attaches to. */
export const FUNCTIONS: readonly string[] = [
  ...new Set(CANDIDATES.flatMap(({ functions, besides = [] }) => [...functions, ...besides])),
];
