import type { Target } from './target.ts';
import { type Failure, Judge } from './verdict.ts';

/** Tries that shrinking may take; a slow input takes long. */
const MOST_TRIES = 500;

/** The shortest input that is found by removing parts and still fails. */
export function shrink(failure: Failure, target: Target): Failure {
  const judge = new Judge(target);
  const deadlineMs = performance.now() + 10_000;
  let shortest = failure;
  let tries = 0;
  for (let size = failure.input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < shortest.input.length; ) {
      tries += 1;
      if (tries > MOST_TRIES || performance.now() > deadlineMs) return shortest;
      const { input } = shortest;
      const shorter = Buffer.concat([input.subarray(0, at), input.subarray(at + size)]);
      const again = judge.judge([shorter]);
      if (again === undefined) at += size;
      else shortest = again;
    }
  }
  return shortest;
}
