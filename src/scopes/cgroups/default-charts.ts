import { findContainer } from './find-container.ts';
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

const HAVE_CHARTS = { docker: true, podman: true, kubernetes: true };

/** Whether this is the cgroup of a system service; services of users do not count. */
export function isService(path: string): boolean {
  return matchesSimplePatterns(SERVICES, path);
}

/**
 * Whether a cgroup has charts when nobody has told otherwise.
 *
 * A container of docker, podman or Kubernetes always has, although by Netdata's defaults one of podman without root, or one
 * below the service of its runtime, has not: it is what people look for.
 */
export function isChartedByDefault(path: string): boolean {
  return (findContainer(path)?.runtime ?? 'path') in HAVE_CHARTS || isDrawnByDefault(path);
}

/** Whether Netdata draws charts for a cgroup when its user has not told it otherwise. */
export function isDrawnByDefault(path: string): boolean {
  if (isService(path)) return true;
  // Of Kubernetes, Netdata drops what it cannot read a container's id from, such as a runtime's monitor.
  if (path.includes('kubepods') && findContainer(path) === undefined) return false;
  return matchesSimplePatterns(ENABLED, path);
}

/** Whether Netdata looks at all for cgroups below this one. */
export function isSearched(path: string): boolean {
  return matchesSimplePatterns(SEARCHED, path);
}
