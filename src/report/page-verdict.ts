import { groupDigits as group, printable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type Finding = Report['verdict'][number];

/** What a page calls a finding. */
export const TITLES: Readonly<Record<Finding['finding'], string>> = {
  forks_fail: 'FORKS FAIL',
  fork_storm: 'FORK STORM',
  thread_storm: 'THREAD STORM',
  crash_loop: 'CRASH LOOP',
  zombies: 'ZOMBIES',
  incomplete: 'INCOMPLETE',
};

/** More findings of one kind are summed up. */
const MOST_OF_A_KIND = 3;

const TITLE_COLUMNS = 13;

const MOST_COLUMNS = 79 - TITLE_COLUMNS - 2;

/** What is wrong, who does it, and what to do: the first lines of the page. The first finding of a kind has its evidence. */
export function renderVerdict(
  { verdict, plan }: Pick<Report, 'verdict' | 'plan'>,
  style: Style,
): string {
  if (verdict.length === 0) {
    const isWhole = plan.events.every(({ quality }) => quality !== 'absent');
    return isWhole ? 'Nothing unusual.' : 'Nothing unusual in what is counted.';
  }
  const kinds = Object.keys(TITLES).map((kind) =>
    verdict.filter(({ finding }) => finding === kind),
  );
  return kinds
    .flatMap((findings) => [
      ...findings
        .slice(0, MOST_OF_A_KIND)
        .map((finding, i) =>
          renderFinding(i === 0 ? finding : { ...finding, evidence: [] }, style),
        ),
      ...(findings.length > MOST_OF_A_KIND
        ? [indent(`and ${group(findings.length - MOST_OF_A_KIND)} more of this kind, in the JSON`)]
        : []),
    ])
    .join('\n');
}

function renderFinding(
  { finding, severity, sentence, evidence, next }: Finding,
  style: Style,
): string {
  const title = `! ${TITLES[finding]}`.padEnd(TITLE_COLUMNS + 1);
  return [
    ...wrap(sentence).map((line, i) =>
      i === 0
        ? `${style(severity === 'critical' ? 'red' : 'yellow', title)} ${line}`
        : indent(line),
    ),
    ...evidence.flatMap(wrap).map(indent),
    ...(next === null ? [] : [indent(`next: ${printable(next)}`)]),
  ].join('\n');
}

/** Into lines for a terminal of 80 columns; a word that is longer stays whole. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?!%)/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > MOST_COLUMNS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function indent(line: string): string {
  return `${' '.repeat(TITLE_COLUMNS + 2)}${line}`;
}
