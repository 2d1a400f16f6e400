import { nameContainer } from './name-container.ts';
import { matchesSimplePatterns, parseSimplePatterns } from './simple-pattern.ts';

/**
 * Netdata's defaults under `[plugin:cgroups]`.
 *
 * @see https://github.com/netdata/netdata/blob/v2.9.0/src/collectors/cgroups.plugin/sys_fs_cgroup.c
 */
const SERVICES = parseSimplePatterns(`
  !/system.slice/*.service/*.service /system.slice/*.service
`);

/** Below a directory that these do not match, Netdata does not look. */
const SEARCHED = parseSimplePatterns(`
  !*/init.scope !*-qemu !*.libvirt-qemu !/init.scope
  !/system !/systemd !/user
  !/lxc/*/* !/lxc.monitor !/lxc.payload/*/* !/lxc.payload.*
  *
`);

const ENABLED = parseSimplePatterns(`
  !*/init.scope !/system.slice/run-*.scope
  *user.slice/docker-* !*user.slice*
  *.scope
  !/machine.slice/*/.control !/machine.slice/*/payload* !/machine.slice/*/supervisor /machine.slice/*.service
  */kubepods/pod*/* */kubepods/*/pod*/* */*-kubepods-pod*/* */*-kubepods-*-pod*/* !*kubepods* !*kubelet*
  !*/vcpu* !*/emulator
  !*.mount !*.partition !*.service !*.service/udev !*.socket !*.slice !*.swap !*.user
  !/ !/docker !*/libvirt
  !/lxc !/lxc/*/* !/lxc.monitor* !/lxc.pivot !/lxc.payload !*lxcfs.service/.control
  !/machine !/qemu !/system !/systemd !/user
  *
`);

/** Whether this is the cgroup of a system service; services of users do not count. */
export function isService(path: string): boolean {
  return matchesSimplePatterns(SERVICES, path);
}

/** Whether Netdata draws charts for this cgroup when nobody has told it otherwise. */
export function isChartedByDefault(path: string): boolean {
  if (!listAncestors(path).slice(0, -1).every(isSearched)) return false;
  if (isService(path)) return true;
  // Of Kubernetes, Netdata drops what it cannot read a container's id from, such as a runtime's monitor.
  if (path.includes('kubepods') && nameContainer(path) === undefined) return false;
  return matchesSimplePatterns(ENABLED, path);
}

/** `/a/b/c` → `/a`, `/a/b`, `/a/b/c`. The root is left out. */
export function listAncestors(path: string): string[] {
  const components = path.split('/').filter((component) => component !== '');
  return components.map((_, i) => `/${components.slice(0, i + 1).join('/')}`);
}

function isSearched(path: string): boolean {
  return matchesSimplePatterns(SEARCHED, path);
}
