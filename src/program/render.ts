import { type FentryWords, isAttached, type Keying, type Plan } from '../plan/plan.ts';
import { expandCounts } from './count.ts';
import { CLEARED, type Half, KEYS } from './double-buffer.ts';

/** Texts of the files in `probes/`, by name without `.bt`. */
export type ProbeSources = ReadonlyMap<string, string>;

/** What bpftrace is given, and what its output will hold. */
export interface Program {
  readonly text: string;
  /** Every map that a dump prints, without `@`, in print order. */
  readonly maps: readonly string[];
  /**
   * Attach points in the order of the text, the dump's interval last. bpftrace loads one BPF program for each.
   */
  readonly attachPoints: readonly string[];
  /** Whether the keys of counts end with the CPU that counted. */
  readonly tables: Plan['tables'];
}

const FRAME_ATTACH_POINT = 'interval';

/**
 * Render the bpftrace program of a plan: the probes' files without their header comments and without the attach points
 * that this kernel lacks, then the dump. The same text runs on every supported bpftrace.
 *
 * @throws Error where a file is missing from `sources` or lacks an attach point of the plan: a broken installation.
 */
export function renderProgram(plan: Plan, sources: ProbeSources): Program {
  const { keying } = plan;
  const attached = plan.events.filter(isAttached);
  const maps = attached.flatMap((event) => event.maps);
  const parts = attached.map((event) => {
    const blocks = readBlocks(event.probe, sources);
    const wanted = event.attachPoints.map((point) => {
      const block = blocks.get(point);
      if (block === undefined) throw new Error(`probes/${event.probe}.bt has no ${point}`);
      return expandCounts(spellAttachPoint(block, plan.fentryWords), plan);
    });
    return `// ${event.probe}\n${wanted.join('\n')}`;
  });
  const cgroupEvents = keying?.cgroupEvents ?? null;
  const cgroupBlocks = cgroupEvents === null ? [] : [...readBlocks(cgroupEvents, sources)];
  if (cgroupEvents !== null) {
    parts.push(`// ${cgroupEvents}\n${cgroupBlocks.map(([, block]) => block).join('\n')}`);
  }
  parts.push(keying === null ? renderDump(maps, sources) : renderHalves(maps, keying, sources));
  return {
    text: `${parts.join('\n\n')}\n`,
    maps,
    attachPoints: [
      ...attached.flatMap((event) => event.attachPoints),
      ...cgroupBlocks.map(([point]) => point),
      FRAME_ATTACH_POINT,
    ],
    tables: plan.tables,
  };
}

/** `fentry:…` and `fexit:…` as this bpftrace spells them; any other block as it is. */
function spellAttachPoint(block: string, words: FentryWords): string {
  return block.replace(/^(fentry|fexit):/, (_, word: keyof FentryWords) => `${words[word]}:`);
}

function renderDump(maps: readonly string[], sources: ProbeSources): string {
  const prints = maps.map((map) => `print(@${map});`);
  return fillDump('dump', { PRINT_MAPS: prints }, sources);
}

function renderHalves(maps: readonly string[], keying: Keying, sources: ProbeSources): string {
  const cleared = keying.by === 'ids' ? CLEARED : [KEYS];
  const printHalf = (half: Half) => [
    ...maps.map((map) => `print(@${map}_${half});`),
    ...cleared.flatMap((map) => [`print(@${map}_${half});`, `clear(@${map}_${half});`]),
  ];
  return fillDump(
    'dump.halves',
    { PRINT_MAPS_A: printHalf('a'), PRINT_MAPS_B: printHalf('b') },
    sources,
  );
}

/** The text of a dump with each placeholder statement replaced by statements of the same indent. */
function fillDump(
  name: string,
  placeholders: Readonly<Record<string, readonly string[]>>,
  sources: ProbeSources,
): string {
  const text = [...readBlocks(name, sources).values()].join('\n');
  const filled = text.replace(/^( *)(PRINT_\w+);$/gm, (_, indent: string, placeholder: string) =>
    (placeholders[placeholder] ?? []).map((statement) => `${indent}${statement}`).join('\n'),
  );
  return `// ${name}\n${filled}`;
}

/** The blocks of one file by attach point. A block starts with its attach point and ends with `}` in the first column. */
function readBlocks(probe: string, sources: ProbeSources): Map<string, string> {
  const source = sources.get(probe);
  if (source === undefined) throw new Error(`probes/${probe}.bt is missing`);
  const blocks = new Map<string, string>();
  for (const [block, attachPoint = ''] of source.matchAll(/^(\w+:\S+) \{\n.*?^\}$/gms)) {
    blocks.set(attachPoint, block);
  }
  return blocks;
}
