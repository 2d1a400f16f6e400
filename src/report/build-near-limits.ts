import type { NearLimit, NearLimits } from '../diagnosis/near-limits/near-limits.ts';
import { toText } from './byte-text.ts';
import { findRemedies } from './remedies.ts';
import type { Report } from './report.ts';

/** Limits that may soon be reached, with the commands that raise them. */
export function buildNearLimits({ near, unknown }: NearLimits): Report['near_limits'] {
  return { limits: near.map(build), unknown: [...unknown] };
}

function build(limit: NearLimit): Report['near_limits']['limits'][number] {
  const { cause, name, used, holder, filler } = limit;
  const directory = cause === 'cgroup_pids' && name !== null ? directoryOf(name) : null;
  const { now, lasting } = findRemedies(
    limit,
    holder === null
      ? undefined
      : { pid: holder.id, user: holder.user, unit: null, hardLimit: holder.hard },
  );
  return {
    cause,
    cgroup: directory === null ? null : toText(directory),
    name: directory === null ? name : null,
    process: holder === null ? null : { pid: holder.id, user: holder.user },
    used,
    limit: limit.limit,
    filler:
      filler === null
        ? null
        : {
            comm: toText(filler.comm),
            pid: filler.id,
            tasks: filler.tasks,
            processes: filler.processes,
          },
    remedy: now,
    lasting,
  };
}

function directoryOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}
