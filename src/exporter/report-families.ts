import type { Report } from '../report/report.ts';
import { buildCounterFamilies } from './counter-families.ts';
import { type Family, single } from './family.ts';

const PREFIX = 'ebpf_processes_window_';

const WINDOW = { type: 'gauge', prefix: PREFIX, byErrno: false } as const;

/** App groups, and cgroups, that are told; those that did most come first. */
const MOST_SCOPES = 200;

/** The report of one window as metrics. They are gauges: the next report is of another window, and counts from zero. */
export function buildReportFamilies(report: Report): Family[] {
  const { window, system, apps, cgroups, services, audit, verdict } = report;
  const inWindow = ' in the window';
  const places = [
    ...(cgroups ?? []).map((place) => ({ place, type: 'cgroup' })),
    ...(services ?? []).map((place) => ({ place, type: 'service' })),
  ];
  return [
    single('gauge', `${PREFIX}seconds`, 'Length of the window.', window.seconds),
    single(
      'gauge',
      `${PREFIX}end_timestamp_seconds`,
      'When the window ended, in seconds since 1970.',
      Date.parse(window.start) / 1_000 + window.seconds,
    ),
    ...buildCounterFamilies({ ...WINDOW, whose: inWindow, labels: [], byErrno: true }, [
      { labels: {}, counts: system },
    ]),
    ...buildCounterFamilies(
      { ...WINDOW, prefix: `${PREFIX}app_`, whose: `${inWindow} by app group`, labels: ['app'] },
      (apps ?? [])
        .slice(0, MOST_SCOPES)
        .map(({ name, ...counts }) => ({ labels: { app: name }, counts })),
    ),
    ...buildCounterFamilies(
      {
        ...WINDOW,
        prefix: `${PREFIX}cgroup_`,
        whose: `${inWindow} by cgroup, container or service`,
        labels: ['cgroup', 'name', 'type'],
      },
      places.slice(0, MOST_SCOPES).map(({ place: { path, name, ...counts }, type }) => ({
        labels: { cgroup: path, name, type },
        counts,
      })),
    ),
    single(
      'gauge',
      `${PREFIX}completeness_ratio`,
      "Share of the kernel's own count of created tasks that was counted; 1 is all.",
      audit.completeness === null ? null : audit.completeness / 100,
    ),
    {
      name: `${PREFIX}finding`,
      help: 'What is wrong, as the page says it first.',
      type: 'gauge',
      labels: ['finding', 'severity'],
      samples: [
        ...new Map(
          verdict.map(({ finding, severity }) => [
            finding,
            { labels: { finding, severity }, value: 1 },
          ]),
        ).values(),
      ],
    },
  ];
}
