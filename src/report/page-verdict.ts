import { groupDigits as group, printable, type Style } from './page-table.ts';
import type { Report } from './report.ts';
import { PAGE_COLUMNS, wrapText } from './wrap.ts';

type Finding = Report['verdict'][number];

/** What a page calls a finding. */
export const TITLES: Readonly<Record<Finding['finding'], string>> = {
  forks_fail: 'FORKS FAIL',
  fork_storm: 'FORK STORM',
  thread_storm: 'THREAD STORM',
  crash_loop: 'CRASH LOOP',
  zombies: 'ZOMBIES',
  limit_near: 'LIMIT NEAR',
  incomplete: 'INCOMPLETE',
};

/** Findings of one kind that are shown where there is room; more are summed up. */
const MOST_OF_A_KIND = 3;

const TITLE_COLUMNS = 13;

export interface VerdictRoom {
  readonly columns?: number;
  /** Lines that there are for it. What is wrong and what to do takes more where it must, evidence never does. */
  readonly lines?: number | undefined;
}

type Told = Pick<Report, 'verdict' | 'plan' | 'near_limits'>;

/** One finding, in lines of a page. */
interface Block {
  readonly sentence: readonly string[];
  /** Lines of each piece of evidence. */
  readonly evidence: readonly (readonly string[])[];
  readonly next: readonly string[];
  /** Pieces that are shown. */
  shown: number;
}

/** What is wrong, who does it, and what to do: the first lines of the page. */
export function renderVerdict(
  report: Told,
  style: Style,
  { columns = PAGE_COLUMNS, lines = Number.POSITIVE_INFINITY }: VerdictRoom = {},
): string {
  const { verdict } = report;
  if (verdict.length === 0) return tellCalm(report);
  let blocks: Block[] = [];
  for (let most = MOST_OF_A_KIND; most > 0; most -= 1) {
    blocks = layOut(verdict, most, style, columns);
    if (count(blocks) <= lines) break;
  }
  addEvidence(blocks, lines - count(blocks));
  return blocks
    .flatMap(({ sentence, evidence, next, shown }) => [
      ...sentence,
      ...evidence.slice(0, shown).flat(),
      ...next,
    ])
    .join('\n');
}

/** What is said where nothing is wrong. */
export function tellCalm({ plan, near_limits }: Pick<Told, 'plan' | 'near_limits'>): string {
  const isWhole =
    plan.events.every(({ quality }) => quality !== 'absent') && near_limits.unknown.length === 0;
  return isWhole ? 'Nothing unusual.' : 'Nothing unusual in what can be seen.';
}

function layOut(verdict: readonly Finding[], most: number, style: Style, columns: number): Block[] {
  return Object.keys(TITLES).flatMap((kind) => {
    const findings = verdict.filter(({ finding }) => finding === kind);
    const rest = findings.length - most;
    const more = {
      sentence: [indent(`and ${group(rest)} more of this kind, in the JSON`)],
      evidence: [],
      next: [],
      shown: 0,
    };
    return [
      ...findings.slice(0, most).map((finding) => toBlock(finding, style, columns)),
      ...(rest > 0 ? [more] : []),
    ];
  });
}

function toBlock(
  { finding, severity, sentence, evidence, next }: Finding,
  style: Style,
  columns: number,
): Block {
  const title = `! ${TITLES[finding]}`.padEnd(TITLE_COLUMNS + 1);
  const wrap = (text: string) => wrapText(text, columns - TITLE_COLUMNS - 2);
  return {
    sentence: wrap(sentence).map((line, i) =>
      i === 0
        ? `${style(severity === 'critical' ? 'red' : 'yellow', title)} ${line}`
        : indent(line),
    ),
    evidence: evidence.map((text) => wrap(text).map(indent)),
    // A command stands whole on its line: it is there to be copied.
    next: next === null ? [] : [indent(`next: ${printable(next)}`)],
    shown: 0,
  };
}

/** Give each finding its first piece of evidence, then each its second, while there are lines left. */
function addEvidence(blocks: readonly Block[], lines: number): void {
  const deepest = Math.max(...blocks.map(({ evidence }) => evidence.length));
  let left = lines;
  for (let at = 0; at < deepest; at += 1) {
    for (const block of blocks) {
      const size = block.evidence[at]?.length ?? 0;
      if (size === 0 || size > left || block.shown < at) continue;
      left -= size;
      block.shown += 1;
    }
  }
}

function count(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { sentence, next }) => sum + sentence.length + next.length, 0);
}

function indent(line: string): string {
  return `${' '.repeat(TITLE_COLUMNS + 2)}${line}`;
}
