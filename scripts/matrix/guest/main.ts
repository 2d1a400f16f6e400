/** What runs in a guest: reads its cells from standard input, and prints one line of JSON for each. @see ../guest-init */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { Observer } from '../../../test/kernel/observer.ts';
import type { Cell } from '../cells.ts';
import type { Said } from '../outcome.ts';
import { runCell } from './run-cell.ts';

// The disk is longer than what stands on it.
const [text = ''] = readFileSync(0, 'utf8').split('\0');
const cells: Cell[] = JSON.parse(text);

say({
  greeting: {
    kernel: release(),
    bpftrace: execFileSync('bpftrace', ['--version'], { encoding: 'utf8' })
      .trim()
      .replace(/^bpftrace v/, ''),
    cpus: cpus().length,
  },
});
const observer = openObserver();
for (const cell of cells) say({ outcome: await runCell(cell, observer) });

/** A kernel in lockdown=confidentiality traces nothing, for ftrace neither. */
function openObserver(): Observer | undefined {
  try {
    return new Observer('storm');
  } catch {
    return undefined;
  }
}

function say(said: Said): void {
  // A serial line: nothing but ASCII.
  const line = JSON.stringify(said).replace(
    /[^ -~]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  for (let at = 0; at <= line.length; at += 1024) writeSync(1, line.slice(at, at + 1024));
  writeSync(1, '\n');
}
