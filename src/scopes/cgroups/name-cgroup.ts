import { toChartId, toDottedId } from './chart-id.ts';
import { isService } from './default-charts.ts';
import { findContainer } from './find-container.ts';

/** What a cgroup that has charts is called. */
export interface CgroupName {
  readonly kind: 'root' | 'service' | 'cgroup';
  /** For people, as Netdata labels it. A byte string; of services as the unit is written, else lower case. */
  readonly name: string;
  /** The type of its charts in Netdata, `cgroup_x` or `systemd_x`: only `a-z`, `0-9`, `_` and `-`. */
  readonly chartId: string;
  /** Netdata will know a better name once it has asked the container's runtime. */
  readonly isProvisional: boolean;
}

/** Netdata cuts the names of cgroups here, except those of services. */
const LONGEST_NAME = 100;

const ROOT: CgroupName = { kind: 'root', name: '/', chartId: 'cgroup__', isProvisional: false };

/**
 * Name a cgroup as Netdata does, by its path alone. Different paths can get the same id; `ChartTypes` keeps them apart.
 *
 * @param path - Relative to the mount, as `ownerOf` gives it.
 */
export function nameCgroup(path: string): CgroupName {
  if (path === '/') return ROOT;
  if (isService(path)) {
    const unit = path.slice(path.lastIndexOf('/') + 1);
    const name = unit.slice(0, unit.lastIndexOf('.')) || unit;
    return { kind: 'service', name, chartId: `systemd_${toChartId(name)}`, isProvisional: false };
  }
  const container = findContainer(path);
  const isProvisional = container !== undefined && container.runtime !== 'path';
  return { ...nameOther(container?.name ?? toDottedId(path)), isProvisional };
}

/** What Netdata makes of the name that a container's runtime tells. @param name - See `Answer`. */
export function nameByRuntime(name: string): CgroupName {
  return { ...nameOther(name), isProvisional: false };
}

function nameOther(name: string): Omit<CgroupName, 'isProvisional'> {
  // Netdata cuts no name of Kubernetes.
  const shown = name.startsWith('k8s_') ? name : name.slice(0, LONGEST_NAME);
  return { kind: 'cgroup', name: shown, chartId: `cgroup_${toChartId(shown)}` };
}
