import { mapSizeEnvironment } from '../../src/host/environment.ts';
import type { Compiled } from '../../src/session/compile.ts';
import type { RealBpftrace } from '../../test/kernel/bpftraces.ts';
import { compileReturnMode, dumpParameters, productOptions } from './product.ts';
import { type Run, startBpftrace } from './run.ts';
import { writeFixture, writeMeta } from './write.ts';

const HARMLESS = 'BEGIN { exit(); }';

/** The kernel allows no map of 4 GB. */
const TOO_MANY_KEYS = 4_000_000_000;

type ErrorCase = Pick<Run, 'program' | 'asNobody' | 'environment' | 'options'> & {
  readonly name: string;
  readonly did: string;
};

/** Record what one bpftrace says of programs that it does not run: how it ended, then its standard error. */
export async function recordErrors(bpftrace: RealBpftrace): Promise<void> {
  const compiled = await compileReturnMode(bpftrace);
  const parameters = dumpParameters(compiled);
  for (const { name, did, ...what } of buildCases(compiled)) {
    const run: Run = { bpftrace, parameters, ...what };
    const { exitCode, signal, stderr } = await startBpftrace(run);
    const how = signal === undefined ? `exit code ${exitCode}` : `signal ${signal}`;
    const path = `errors/${bpftrace.version}-${name}`;
    writeFixture(`${path}.txt`, `${how}\n${stderr}`);
    writeMeta(`${path}.meta.json`, run, did);
  }
}

function buildCases(compiled: Compiled): ErrorCase[] {
  const { program } = compiled;
  const options = productOptions(compiled);
  return [
    {
      name: 'syntax-error',
      did: 'A parenthesis is not closed.',
      program: 'BEGIN { printf("x" }',
    },
    {
      name: 'unknown-tracepoint',
      did: 'The tracepoint is not there.',
      program: 'tracepoint:sched:sched_process_nope { @nope = count(); }',
    },
    {
      name: 'nobody',
      did: 'Run by a user without any privilege.',
      program: HARMLESS,
      asNobody: true,
    },
    {
      name: 'attach-failed',
      did: 'The real program in return mode, and a kprobe, which this kernel is built without.',
      program: `${program.text}\nkprobe:do_nanosleep { @nope = count(); }`,
      options,
    },
    {
      name: 'load-failed',
      did: 'The real program in return mode, with a map larger than the kernel allows.',
      program: program.text,
      options,
      environment: mapSizeEnvironment(TOO_MANY_KEYS),
    },
  ];
}
