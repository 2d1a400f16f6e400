import { mkdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname } from 'node:path';
import type { RealBpftrace } from '../../test/kernel/bpftraces.ts';
import { projectFile } from '../../test/kernel/run-cli.ts';
import type { Run } from './run.ts';

/** Larger than this, nobody reads a fixture any more. */
const MAX_BYTES = 20_000;

/** Write one file below `fixtures/`. */
export function writeFixture(path: string, latin1: string): void {
  for (const place of [projectFile(''), '/root/', '/home/']) {
    if (latin1.includes(place))
      throw new Error(`${path} would hold a path of this machine: ${place}`);
  }
  if (latin1.length > MAX_BYTES) throw new Error(`${path} would have ${latin1.length} bytes`);
  const file = projectFile(`fixtures/${path}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, latin1, 'latin1');
}

/** Write how a fixture came to be, beside it. */
export function writeMeta(path: string, run: Run, did: string): void {
  const { program, parameters, options = [], environment = {} } = run;
  writeMetaOf(path, run.bpftrace, {
    command: ['bpftrace', '-f', 'json', '-I', 'probes/include', ...options, '-e', 'PROGRAM']
      .concat(parameters)
      .join(' ')
      .replaceAll(projectFile(''), ''),
    environment,
    user: run.asNobody ? 'nobody' : 'root',
    did,
    program: program.trimEnd().split('\n'),
  });
}

export function writeMetaOf(
  path: string,
  bpftrace: RealBpftrace,
  what: Record<string, unknown>,
): void {
  const meta = {
    bpftrace: bpftrace.version,
    kernel: release(),
    date: new Date().toISOString().slice(0, 10),
    ...what,
  };
  writeFixture(path, `${JSON.stringify(meta, null, 2)}\n`);
}
