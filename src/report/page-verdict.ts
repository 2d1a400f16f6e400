import { groupDigits as group, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type Finding = Report['verdict'][number];

const TITLES: Readonly<Record<Finding['finding'], string>> = {
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

/** What is wrong, who does it, and what to do: the first lines of the page. */
export function renderVerdict(
  report: Pick<Report, 'verdict' | 'system' | 'window'>,
  style: Style,
): string {
  const { verdict } = report;
  if (verdict.length === 0) return `Nothing unusual: ${describePace(report)}`;
  const kinds = Object.keys(TITLES).map((kind) =>
    verdict.filter(({ finding }) => finding === kind),
  );
  return kinds
    .flatMap((findings) => [
      ...findings.slice(0, MOST_OF_A_KIND).map((finding) => renderFinding(finding, style)),
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
    `${style(severity === 'critical' ? 'red' : 'yellow', title)} ${sentence}`,
    ...evidence.map(indent),
    ...(next === null ? [] : [indent(`next: ${next}`)]),
  ].join('\n');
}

function indent(line: string): string {
  return `${' '.repeat(TITLE_COLUMNS + 2)}${line}`;
}

function describePace({ system, window }: Pick<Report, 'system' | 'window'>): string {
  const rate = (count: number | null) =>
    count === null || window.seconds <= 0 ? '-' : group(Math.round(count / window.seconds));
  return `${rate(system.process_created)} processes and ${rate(system.thread_created)} threads created in a second`;
}
