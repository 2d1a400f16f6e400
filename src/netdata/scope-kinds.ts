import { toChartId } from '../scopes/cgroups/chart-id.ts';
import { fnv1a } from '../scopes/cgroups/fnv.ts';
import type { ChartLine } from './protocol.ts';
import type { ScopeMetric } from './scope-metrics.ts';

/** Which names the charts have: those of the contract, or those of Netdata 2.x. */
export type ChartNames = 'contract' | 'current';

/** What the charts of one kind of scopes have in common, where each scope has charts of its own. */
export interface ScopeKind {
  /** The chart's place. @param key - Of the scope; see the kind. */
  readonly place: (
    metric: ScopeMetric,
    key: string,
  ) => Pick<ChartLine, 'id' | 'title' | 'family' | 'context' | 'chartType' | 'priority'>;
  /** The name of the label that says whose charts they are. */
  readonly label: string;
  readonly dimension: (metric: ScopeMetric) => string;
}

/** The charts of cgroups; the key is their type. @see netdata/netdata collectors/ebpf.plugin/ebpf_process.c */
export const CGROUPS: Readonly<Record<ChartNames, ScopeKind>> = {
  contract: kindOfCgroups('processes (eBPF)'),
  current: kindOfCgroups('processes'),
};

/** The charts of services as Netdata has them since 1.47; the key is their type, `systemd_NAME`. */
export const CURRENT_SERVICES: ScopeKind = {
  place: (metric, key) => ({
    id: `${key}.${metric.id}`,
    title: metric.title,
    family: 'process',
    context: `systemd.service.${metric.id}`,
    chartType: 'stacked',
    priority: 20_065 + metric.priority,
  }),
  label: 'service_name',
  dimension: () => 'calls',
};

/** The charts of app groups as Netdata has them since 1.44; the key is made by `toAppKey`. */
export const CURRENT_APPS: ScopeKind = {
  place: ({ current, priority }, key) => ({
    id: `app.${key}_ebpf_${current.id}`,
    title: current.title,
    family: 'processes',
    context: `app.ebpf_${current.id}`,
    chartType: 'stacked',
    priority: 20_161 + priority,
  }),
  label: 'app_group',
  dimension: () => 'calls',
};

/** Characters of a group's name in a chart id, of which agents before 1.43 take 199. */
const LONGEST_KEY = 150;

/**
 * The part of a chart id that names an app group, as apps.plugin makes it.
 *
 * @param name - A byte string.
 * @param isTaken - Whether another group has a key: names that differ may look the same there.
 */
export function toAppKey(name: string, isTaken: (key: string) => boolean): string {
  const plain = toChartId(name).replaceAll('-', '_').slice(0, LONGEST_KEY);
  const isOwn = name.length <= LONGEST_KEY && !isTaken(plain);
  return isOwn ? plain : `${plain}_${fnv1a(name).toString(16).padStart(8, '0')}`;
}

function kindOfCgroups(family: string): ScopeKind {
  return {
    place: (metric, key) => ({
      id: `${key}.${metric.id}`,
      title: metric.title,
      family,
      context: `cgroup.${metric.id}`,
      chartType: 'line',
      priority: 45_000 + metric.priority,
    }),
    label: 'cgroup_name',
    dimension: ({ dimension }) => dimension,
  };
}
