/** What runs in a guest: reads its cells from standard input, and prints one line of JSON for each. @see ../guest-init */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { Observer } from '../../kernel/observer.ts';
import type { Cell, Hidden } from '../cells.ts';
import type { Outcome, Said } from '../outcome.ts';
import { listPrograms, runCell } from './run-cell.ts';

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
for (const hidden of new Set(cells.map((cell) => cell.hidden))) await runCells(hidden);

/** Settings that come to the same program share one run. */
async function runCells(hidden: Hidden): Promise<void> {
  const own = cells.filter((cell) => cell.hidden === hidden);
  const asked = own.map((cell) => cell.asked);
  const programs = own.length > 1 ? await listPrograms(hidden, asked) : [];
  const runs = new Map<string | undefined, Outcome>();
  for (const [i, cell] of own.entries()) {
    const known = runs.get(programs[i]);
    const outcome =
      known === undefined ? await runCell(cell, observer) : { ...known, cell, ran: false };
    runs.set(programs[i], outcome);
    say({ outcome });
  }
}

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
