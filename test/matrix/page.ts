import { renderMarkdown } from '../../scripts/bench/table.ts';
import { summarize } from './summary.ts';
import { buildMatrix, type Judged } from './table.ts';

/**
 * The matrix as a page of the documentation: the summary, the table, and how to get them again.
 *
 * @param date - Day of the run, `2026-11-26`.
 */
export function renderPage(
  judged: readonly Judged[],
  leftOut: readonly string[],
  date: string,
): string {
  return [
    '<!-- Written by scripts/vm --all --write docs/matrix.md. -->',
    '# Kernels, bpftrace versions and settings that were tried',
    '',
    ...INTRODUCTION,
    '',
    `## Summary of ${date}`,
    '',
    ...summarize(judged).map((line) => `- ${line}`),
    '',
    renderMarkdown(buildMatrix(judged, leftOut)),
  ].join('\n');
}

const INTRODUCTION = [
  "`sudo scripts/vm` boots Debian's cloud kernels in emulated guests, each with the bpftrace of its own suite or of another one,",
  'watches a workload of known size in each, and holds the report against what the workload made and what ftrace saw of other',
  'programs. What each machine must attach, count or refuse is written down in `test/matrix/expected.ts`, apart from the code that',
  'decides it. No virtualization is needed: qemu and the guests are unpacked from Debian packages into',
  '`~/.cache/ebpf-processes/vm`. Without `--all` it runs a selection. Settings that come to the same program on the same',
  'machine share one run.',
];
