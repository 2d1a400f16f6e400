import { execa } from 'execa';
import { CHILD_ENVIRONMENT } from '../../src/host/environment.ts';
import type { RealBpftrace } from '../../test/kernel/bpftraces.ts';
import { writeFixture, writeMetaOf } from './write.ts';

/** Narrower than what the product asks for: a category of syscalls alone fills 200 kB. */
const PATTERNS = [
  'tracepoint:task:task_newtask',
  'tracepoint:sched:sched_process_*',
  'tracepoint:syscalls:sys_e*_*fork',
  'tracepoint:syscalls:sys_e*_clone*',
];

/** Record how one bpftrace lists tracepoints and their fields. */
export async function recordListing(bpftrace: RealBpftrace): Promise<void> {
  const listings: string[] = [];
  for (const pattern of PATTERNS) {
    const { stdout } = await execa(bpftrace.path, ['-lv', pattern], {
      env: CHILD_ENVIRONMENT,
      extendEnv: false,
      stdin: 'ignore',
      stripFinalNewline: false,
    });
    listings.push(stdout);
  }
  const path = `listings/${bpftrace.version}`;
  writeFixture(`${path}.txt`, listings.join(''));
  writeMetaOf(`${path}.meta.json`, bpftrace, {
    command: PATTERNS.map((pattern) => `bpftrace -lv '${pattern}'`).join('; '),
  });
}
