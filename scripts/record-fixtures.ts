/**
 * Record what every bpftrace of `scripts/roots` really prints into `fixtures/`. Needs root.
 *
 *   npx tsx scripts/record-fixtures.ts
 *
 * @see fixtures/README.md
 */
import { execFileSync } from 'node:child_process';
import { readRealBpftraces } from '../test/kernel/bpftraces.ts';
import { projectFile } from '../test/kernel/run-cli.ts';
import { recordErrors } from './recording/errors.ts';
import { recordHost } from './recording/host.ts';
import { recordListing } from './recording/listings.ts';
import { recordSession } from './recording/sessions.ts';
import { recordStreams } from './recording/streams.ts';

execFileSync(projectFile('scripts/build-workloads'));
recordHost();
for (const bpftrace of readRealBpftraces()) {
  await recordStreams(bpftrace);
  await recordSession(bpftrace);
  await recordErrors(bpftrace);
  await recordListing(bpftrace);
  console.log(`recorded: bpftrace ${bpftrace.version}`);
}
