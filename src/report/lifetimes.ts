import type { Report } from './report.ts';

/** Of processes that exited and whose age is known: how many, and how many of them lived less than 100 ms. */
export function countLives({ lifetimes }: Report['diagnosis']): { ended: number; short: number } {
  let [ended, short] = [0, 0];
  for (const { under_seconds, processes } of lifetimes ?? []) {
    ended += processes;
    if (under_seconds !== null && under_seconds < 1) short += processes;
  }
  return { ended, short };
}
