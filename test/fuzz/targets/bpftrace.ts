import { DumpReader } from '../../../src/bpftrace/dumps.ts';
import { explainFirstEnd } from '../../../src/bpftrace/explain-end.ts';
import { parseLauncherLine } from '../../../src/bpftrace/launcher-lines.ts';
import { LineSplitter } from '../../../src/bpftrace/line-splitter.ts';
import { parseLine } from '../../../src/bpftrace/lines.ts';
import { matchPrograms, parseProgram } from '../../../src/bpftrace/misses.ts';
import { parseRootFacts, renderRootFacts } from '../../../src/host/root-facts.ts';
import { parseTaskKey } from '../../../src/program/key/parse.ts';
import { renderProgram } from '../../../src/program/render.ts';
import { buildBpftrace, buildFacts, buildPlanFor } from '../../builders.ts';
import { readFixture, VERSIONS } from '../../fixtures.ts';
import { encodeKey } from '../../scopes/keys.ts';
import { claim, claimBytes, claimCount, seedsOf, type Target, textOf } from '../target.ts';

const STREAMS = VERSIONS.flatMap((version) =>
  ['dumps', 'keyed-dumps', 'hostile-comm', 'lost-events', 'helper-error'].map((stream) =>
    readFixture(`streams/${version}-${stream}.ndjson`),
  ),
);

/** One line of each beginning: `{"type": "map", "data": {"@exec`. */
const LINES = [
  ...new Map(
    STREAMS.flatMap((stream) => stream.split('\n'))
      .filter((line) => line.length < 1_000)
      .map((line) => [line.slice(0, 40), line]),
  ).values(),
];

const APART = { apps: true, cgroups: true };
const LAYOUTS = [
  undefined,
  renderProgram(buildPlanFor({}, 'return', APART)).layout,
  renderProgram(buildPlanFor({ bpftrace: buildBpftrace('0.11.3'), btf: 'absent' }, 'return', APART))
    .layout,
  renderProgram(buildPlanFor({}, 'return', { mapsPerCore: false })).layout,
];

const KEYS = [
  encodeKey({ id: 4711, parent: 1, comm: 'sh', cgroup: '4294967297', counter: 'exec' }),
  encodeKey({ comm: '\xff\xff\xff\xff\xff\xff\xff\xffabcdef', counter: 'error', index: 11 }),
];

export const BPFTRACE_TARGETS: readonly Target[] = [
  {
    name: 'lines of bpftrace',
    seeds: seedsOf(LINES),
    share: 3,
    run: (input) => {
      for (const layout of LAYOUTS) checkLine(parseLine(textOf(input), layout));
    },
  },
  {
    name: 'lines of the launcher',
    seeds: seedsOf([
      '{"type": "missed", "data": [[12, 17, 3], [9, 5, 0]]}',
      '{"type": "ended", "data": "signal 9"}',
      '{"type": "ended", "data": "exit code 255"}',
      '{"type": "refused", "data": "all 4 places are taken"}',
      'ERROR: no',
    ]),
    run: (input) => {
      const line = parseLauncherLine(textOf(input));
      if (line?.kind === 'missed') {
        for (const { id, misses } of line.programs) {
          claimCount(id, 'an id');
          claimCount(misses, 'missed events');
        }
      }
      if (line?.kind === 'ended') claimCount(line.ended.exitCode ?? 0, 'an exit code');
    },
  },
  {
    name: 'facts of root',
    seeds: seedsOf([renderRootFacts(buildFacts())]),
    run: (input) => {
      try {
        parseRootFacts(textOf(input));
      } catch (error) {
        // Whatever is wrong with it, the user is told to run setup.
        claim(error instanceof Error, 'an error is thrown');
      }
    },
  },
  {
    name: 'chunks of bpftrace',
    seeds: seedsOf(['\u0001a\nb\n', '\u0005{"type": "map"}\n\n{"type": ', '\u0002aaaaaaaaaaaa\n']),
    run: (input) => {
      const [size = 1] = input;
      const text = textOf(input);
      const splitter = new LineSplitter(text.length);
      const lines: string[] = [];
      for (let at = 0; at < text.length; at += size + 1) {
        lines.push(...splitter.push(text.slice(at, at + size + 1)));
      }
      lines.push(splitter.takeRest());
      claim(lines.join('\n') === text, 'the lines are not those of the text');
    },
  },
  {
    name: 'dumps of bpftrace',
    seeds: seedsOf(STREAMS.map((stream) => stream.slice(0, 3_000))),
    longest: 4_000,
    share: 0.4,
    run: (input) => {
      const reader = new DumpReader();
      for (const text of textOf(input).split('\n')) {
        const dump = reader.push(parseLine(text, LAYOUTS[1]));
        if (dump === undefined) continue;
        claimCount(dump.period, 'period');
        for (const [map, count] of dump.scalars) claimCount(count, map);
        for (const [map, entries] of dump.keyed) {
          for (const count of entries.values()) claimCount(count, map);
        }
      }
      for (const [name, count] of Object.entries(reader.loss)) claimCount(count, name);
    },
  },
  {
    name: 'keys',
    seeds: seedsOf(KEYS),
    share: 3,
    run: (input) => {
      const key = parseTaskKey(textOf(input));
      if (key === undefined) return;
      claimCount(key.id, 'id');
      claimCount(key.parent, 'parent');
      claimCount(key.index, 'index');
      claimBytes(key.comm, 'comm');
      claim(key.comm.length <= 16, `a comm of ${key.comm.length} bytes`);
      claim(/^\d+$/.test(key.cgroup), `a cgroup ${key.cgroup}`);
    },
  },
  {
    name: 'records of programs',
    seeds: seedsOf([
      'pos:\t0\nprog_type:\t17\nprog_id:\t42\nrun_time_ns:\t0\nrecursion_misses:\t3\n',
    ]),
    run: (input) => {
      try {
        const program = parseProgram(textOf(input));
        for (const [name, value] of Object.entries(program)) claimCount(value, name);
        matchPrograms(['rawtracepoint:task_newtask'], [program]);
      } catch (error) {
        if (!(error instanceof Error && /^no \w+ in fdinfo$/.test(error.message))) throw error;
      }
    },
  },
  {
    name: 'ends of bpftrace',
    seeds: seedsOf(VERSIONS.map((version) => readFixture(`errors/${version}-nobody.txt`))),
    run: (input) => {
      const end = { how: 'exit code 1', stderr: textOf(input), dumps: 0, ranMs: 0 };
      const { message } = explainFirstEnd({ ...end, endedFor: undefined }, buildFacts());
      claim(!message.includes('\n'), 'a sentence of more than one line');
    },
  },
];

function checkLine(line: ReturnType<typeof parseLine>): void {
  switch (line.kind) {
    case 'begin':
      // A kernel that is up for more than 104 days has counted more nanoseconds than a double holds.
      claim(line.kernelNs >= 0 && line.kernelNs < 1e21, 'kernelNs');
      claimCount(line.period, 'period');
      break;
    case 'scalar':
      claimCount(line.value, line.map);
      break;
    case 'keyed':
      for (const count of line.entries.values()) claimCount(count, line.map);
      break;
    case 'lost-events':
      claimCount(line.events, 'events');
      break;
    case 'cgroups':
      for (const event of line.events) {
        if (event.kind === 'made') claimBytes(event.path, 'the path of a cgroup');
      }
      break;
    default:
      break;
  }
}
