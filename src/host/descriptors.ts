import { closeSync, openSync } from 'node:fs';

/** What starting a program takes: both ends of three pipes, one to be told of a failure, and some to spare. */
const NEEDED = 10;

/**
 * Make sure that a program can be started.
 *
 * @remarks Where descriptors run out meanwhile, Node makes a child without streams.
 * @throws Error `EMFILE` or `ENFILE` where too few are left.
 */
export function assertDescriptorsLeft(): void {
  const opened: number[] = [];
  try {
    while (opened.length < NEEDED) opened.push(openSync('/dev/null', 'r'));
  } finally {
    for (const file of opened) closeSync(file);
  }
}
