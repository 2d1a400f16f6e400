import { printable } from './page-table.ts';
import type { Report } from './report.ts';

/** `namePlace` of one report. */
export type NamePlace = (cgroup: string | null) => string;

type Places = Pick<Report, 'cgroups' | 'services'>;

/**
 * What a cgroup is called on a page: the name of its container or service where it has one, as in the table of these, else its
 * path; `-` where it is not known.
 */
export function namePlace({ cgroups, services }: Places, cgroup: string | null): string {
  if (cgroup === null) return '-';
  if (cgroup === '/' || cgroup === '') return 'root';
  const known = [...(services ?? []), ...(cgroups ?? [])].find(({ path }) => path === cgroup);
  return printable(known?.name ?? cgroup);
}

/** ` in web.service`; empty for the root and for what is not known. Of a path its last part. */
export function nameWhere(places: Places, cgroup: string | null): string {
  const name = namePlace(places, cgroup);
  if (name === '-' || name === 'root') return '';
  const last = name.startsWith('/') ? name.slice(name.lastIndexOf('/') + 1) : name;
  return ` in ${last}`;
}
