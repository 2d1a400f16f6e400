import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { TRACEPOINTS } from '../../src/plan/candidates.ts';
import { writeFixture } from './write.ts';

/** Record the tracefs files of the running kernel that a plan reads, as a file tree of their own. */
export function recordHost(): void {
  const [version] = /^\d+\.\d+/.exec(release()) ?? [];
  for (const name of TRACEPOINTS) {
    const file = `/sys/kernel/tracing/events/${name.replace(':', '/')}/format`;
    writeFixture(`hosts/linux-${version}${file}`, readFileSync(file, 'latin1'));
  }
}
