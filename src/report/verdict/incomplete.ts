import type { Findable, Finding } from './finding.ts';

/** The counts of this page are not all that happened. */
export function findIncomplete({ audit }: Findable): Finding[] {
  const { completeness } = audit;
  if (completeness === null || completeness === 100) return [];
  return [
    {
      finding: 'incomplete',
      severity: 'warning',
      sentence: `only ${completeness.toFixed(3)} % of the created tasks were counted`,
      evidence: ['the kernel created more than the probes saw'],
      next: 'ebpf-processes doctor',
    },
  ];
}
