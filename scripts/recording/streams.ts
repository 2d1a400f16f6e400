import { mkdirSync, rmdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { mapSizeEnvironment } from '../../src/host/environment.ts';
import { isAtLeast } from '../../src/host/facts.ts';
import { emitDump } from '../../src/program/dump.ts';
import { block } from '../../src/program/text.ts';
import type { Compiled } from '../../src/session/compile.ts';
import type { RealBpftrace } from '../../test/kernel/bpftraces.ts';
import { STORM } from '../../test/kernel/run-cli.ts';
import { HOSTILE_NAMES, NUMBER_BASE, sayNames } from './hostile-names.ts';
import { compileReturnMode, dumpParameters, PERIOD_MS, productOptions } from './product.ts';
import { type Run, startBpftrace } from './run.ts';
import { writeFixture, writeMeta } from './write.ts';

const DUMPS = 6;

/** Small enough that a few ticks fill a map. */
const MAX_KEYS = 16;

/** Seven numbers of eight bytes, so that a message is large in the buffer and small in the fixture. */
const FLOOD = `unroll(20) { printf("${'%d'.repeat(7)}", ${Array(7).fill('(uint64)1').join(', ')}); }`;

interface StreamCase {
  readonly name: string;
  /** What was done while it ran, in one sentence. */
  readonly did: string;
  program(compiled: Compiled): string;
  /** Counts are kept apart by app group and cgroup. */
  readonly isKeyed?: boolean;
  /** Run between the first dump and the last. */
  meanwhile?(compiled: Compiled): Promise<void>;
  readonly environment?: Readonly<Record<string, string>>;
  options?(compiled: Compiled): string[];
}

const CASES: readonly StreamCase[] = [
  {
    name: 'dumps',
    did: 'The real program in return mode, while three true ran, one a dump, and then storm 20 5 3 7.',
    program: ({ program }) => program.text,
    options: productOptions,
    meanwhile: runWorkload,
  },
  {
    name: 'keyed-dumps',
    did: `The real program in return mode, counts kept apart, while ${HOSTILE_NAMES.length} processes with hostile names, three true and storm 20 5 3 7 ran, and three cgroups were made and removed.`,
    isKeyed: true,
    program: ({ program }) => program.text,
    options: productOptions,
    meanwhile: async (compiled) => {
      await sayNames();
      makeCgroups(compiled);
      await runWorkload();
    },
  },
  {
    name: 'helper-error',
    did: 'A new key every 10 ms in a map that holds 16.',
    program: () =>
      inDump(
        'interval:ms:10',
        ['key', 'event'],
        ['@key[(uint64)nsecs] = count();', '@event = count();'],
      ),
    environment: mapSizeEnvironment(MAX_KEYS),
    // From 0.23 on it says so unasked.
    options: ({ facts }) => (isAtLeast(facts.bpftrace, 0, 23) ? [] : ['-k']),
  },
  {
    name: 'hostile-comm',
    did: `A process for each of ${HOSTILE_NAMES.length} hostile names called kill with a number; dumps hold the names as keys, the final dump also as values.`,
    program: () =>
      inDump(
        'tracepoint:syscalls:sys_enter_kill',
        ['by_comm'],
        [
          `if (args->pid >= ${NUMBER_BASE}) {`,
          '  @by_comm[comm] = count();',
          `  @comm[(uint64)args->pid - ${NUMBER_BASE}] = comm;`,
          '}',
        ],
      ),
    meanwhile: sayNames,
  },
  {
    name: 'lost-events',
    did: 'Every 400 ms one string with a control byte, then 140 messages at once into the smallest buffer there is.',
    program: () =>
      inDump(
        'interval:ms:400',
        ['flood'],
        // 140: of so many, 0.27 loses a number that shows whether it is printed in hexadecimal.
        ['@flood = count();', 'printf("%c", 1);', ...Array(7).fill(FLOOD)],
      ),
    environment: { BPFTRACE_PERF_RB_PAGES: '1' },
  },
];

/** Record every stream of one bpftrace. */
export async function recordStreams(bpftrace: RealBpftrace): Promise<void> {
  for (const streamCase of CASES) {
    const compiled = await compileReturnMode(bpftrace, streamCase.isKeyed);
    const run: Run = {
      bpftrace,
      program: streamCase.program(compiled),
      parameters: dumpParameters(compiled),
      options: streamCase.options?.(compiled) ?? [],
      environment: streamCase.environment ?? {},
    };
    const path = `streams/${bpftrace.version}-${streamCase.name}`;
    writeFixture(`${path}.ndjson`, await follow(run, () => streamCase.meanwhile?.(compiled)));
    writeMeta(`${path}.meta.json`, run, streamCase.did);
  }
}

/** Everything it printed until it was stopped with SIGTERM after some dumps, the final dump included. */
async function follow(run: Run, meanwhile: () => Promise<void> | undefined): Promise<string> {
  const bpftrace = startBpftrace(run);
  let text = '';
  let work: Promise<unknown> | undefined;
  bpftrace.stdout.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    const dumps = text.match(/"end \d+/g)?.length ?? 0;
    if (dumps > 0) work ??= meanwhile() ?? Promise.resolve();
    if (dumps >= DUMPS) work?.then(() => bpftrace.kill('SIGTERM'));
  });
  const { stderr, exitCode } = await bpftrace;
  await work;
  if (exitCode !== 0) throw new Error(`bpftrace ${run.bpftrace.version}: ${stderr}`);
  return text;
}

/** A program of one block, and the product's dump around its maps. */
function inDump(attachPoint: string, maps: readonly string[], body: readonly string[]): string {
  const layout = maps.map(
    (name) => [name, { name, alias: name, holds: 'count', endsWithCpu: false }] as const,
  );
  const blocks = [{ attachPoints: [attachPoint], body }, emitDump(new Map(layout))];
  return blocks.flatMap((part) => block(part.attachPoints.join(',\n'), part.body)).join('\n');
}

/** One with bytes that a reader may stumble over, and one with a path that is longer than what is kept of it. */
function makeCgroups({ facts: { cgroups } }: Compiled): void {
  if (!('v2Mount' in cgroups)) throw new Error('no cgroups of version 2 are mounted here');
  const hostile = Buffer.from(`${cgroups.v2Mount}/recorded "\\,\xe9\x01`, 'latin1');
  mkdirSync(hostile);
  rmdirSync(hostile);
  const outer = `${cgroups.v2Mount}/recorded-${'o'.repeat(191)}`;
  const inner = `${outer}/${'i'.repeat(200)}`;
  mkdirSync(outer);
  mkdirSync(inner);
  rmdirSync(inner);
  rmdirSync(outer);
}

async function runWorkload(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await execa('true');
    // So that the counts grow from dump to dump.
    await delay(PERIOD_MS);
  }
  await execa(STORM, ['20', '5', '3', '7']);
}
