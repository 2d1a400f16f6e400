import { toDottedId } from './chart-id.ts';

/** A container or a virtual machine, as its cgroup's path tells it. */
export interface Container {
  /** Who knows its name; `path` where the path holds it. */
  readonly runtime: 'docker' | 'podman' | 'kubernetes' | 'proxmox-lxc' | 'proxmox-qemu' | 'path';
  /** As the runtime knows it. Empty where the path holds its name. */
  readonly id: string;
  /** Of its pod in Kubernetes, with dashes where the path has underscores. */
  readonly podUid?: string;
  /** What it is called where the runtime does not answer. */
  readonly name: string;
}

/** As many characters of a container's id as people and Netdata show. */
const SHORT_ID = 12;

/** The pod's cgroup, by Kubernetes' drivers cgroupfs (`pod…`) and systemd (`kubepods-burstable-pod….slice`). */
const POD = /pod([0-9a-f_-]+)(?:\.slice)?$/;
const POD_CONTAINER = /^(?:(?:docker|crio|cri-containerd)-([0-9a-f]{12,})\.scope|([0-9a-f]{12,}))$/;

/** Where the kubelet has the driver systemd and the runtime cgroupfs, the runtime takes systemd's words for a name. */
const MISREAD_POD_CONTAINER =
  /kubepods.*pod([0-9a-f_-]+)\.slice:(?:docker|crio|cri-containerd):([0-9a-f]{12,})$/;

/** Docker, docker below containerd, and ECS; an id has 64 digits, or 12 where it was shortened. */
const DOCKER_CONTAINER =
  /(?:[/-]docker-|\/docker\/|\/containerd\.service\/cpuset\/|\/ecs\/[0-9a-f][^/]*\/)([0-9a-f]{64}|[0-9a-f]{12})(?:\.scope)?$/;

const PODMAN_CONTAINER = /\/libpod-([0-9a-f]{64})(?:\.scope)?$/;

/** The process that podman leaves with a container, in a cgroup beside it. */
const PODMAN_MONITOR = /^(.*\/libpod-)conmon-([0-9a-f]{64}(?:\.scope)?)$/s;

/** systemd-nspawn: `/machine.slice/systemd-nspawn@web.service`. */
const NSPAWN = /^\/machine\.slice\/([^/]+)\.service$/;

/** libvirt and systemd-machined: `/machine.slice/machine-qemu\x2d1\x2dweb.scope`. */
const MACHINE = /^\/machine\.slice\/machine[^/]*-(lxc|qemu)([^/]*)\.scope$/;

/** libvirt without systemd: `/machine/web.libvirt-qemu`. */
const LIBVIRT_QEMU = /^\/machine\/([^/]+)\.libvirt-qemu$/;

/** LXC before 4 (`/lxc/web`) and since (`/lxc.payload.web`). Proxmox names containers, and QEMU machines, by a number. */
const LXC = /^\/lxc\/[^/]+$/;
const LXC_PAYLOAD = /^\/lxc\.payload\.([^/]+)$/;
const PROXMOX_LXC = /^\/lxc\/(\d+)$/;
const PROXMOX_QEMU = /^\/qemu\.slice\/(\d+)\.scope$/;

/**
 * Find the container or virtual machine whose own cgroup this is, by the path alone.
 *
 * Of Kubernetes Netdata takes the whole path, up to 200 characters, where nobody answers; here it is `k8s_` and the short id.
 *
 * @returns `undefined` for a path that is no container's, such as a cgroup that a container has made for itself.
 */
export function findContainer(path: string): Container | undefined {
  const pod = findPodContainer(path);
  if (pod !== undefined) return pod;
  const docker = DOCKER_CONTAINER.exec(path)?.[1];
  if (docker !== undefined) return { runtime: 'docker', id: docker, name: shorten(docker) };
  const podman = PODMAN_CONTAINER.exec(monitoredBy(path) ?? path)?.[1];
  if (podman !== undefined) return { runtime: 'podman', id: podman, name: shorten(podman) };
  const qemu = PROXMOX_QEMU.exec(path)?.[1];
  if (qemu !== undefined) return { runtime: 'proxmox-qemu', id: qemu, name: toDottedId(path) };
  const lxc = PROXMOX_LXC.exec(path)?.[1];
  if (lxc !== undefined) return { runtime: 'proxmox-lxc', id: lxc, name: toDottedId(path) };
  const name = LXC.test(path) ? toDottedId(path) : nameMachine(path);
  return name === undefined ? undefined : { runtime: 'path', id: '', name };
}

/**
 * The path of the container whose monitor's cgroup this is: `…/libpod-conmon-ID.scope` → `…/libpod-ID.scope`. Netdata 2.x has
 * one name for both.
 */
export function monitoredBy(path: string): string | undefined {
  const [, before, after] = PODMAN_MONITOR.exec(path) ?? [];
  return before === undefined || after === undefined ? undefined : `${before}${after}`;
}

/** The path of a podman container's monitor; see `monitoredBy`. */
export function monitorOf(path: string): string | undefined {
  return PODMAN_CONTAINER.test(path)
    ? path.replace(/libpod-(?=[^/]*$)/, 'libpod-conmon-')
    : undefined;
}

function findPodContainer(path: string): Container | undefined {
  if (!path.includes('kubepods')) return undefined;
  const [, ...above] = path.split('/').reverse();
  const leaf = path.slice(path.lastIndexOf('/') + 1);
  const [, misreadUid, misreadId] = MISREAD_POD_CONTAINER.exec(leaf) ?? [];
  if (misreadUid !== undefined && misreadId !== undefined) return ofPod(misreadUid, misreadId);
  const uid = above.some((name) => name.includes('kubepods'))
    ? POD.exec(above[0] ?? '')?.[1]
    : undefined;
  const [, scope, directory] = POD_CONTAINER.exec(leaf) ?? [];
  const id = scope ?? directory;
  return uid === undefined || id === undefined ? undefined : ofPod(uid, id);
}

function ofPod(uid: string, id: string): Container {
  const podUid = uid.replaceAll('_', '-');
  return { runtime: 'kubernetes', id, podUid, name: `k8s_${shorten(id)}` };
}

function nameMachine(path: string): string | undefined {
  const [, machine] = NSPAWN.exec(path) ?? LXC_PAYLOAD.exec(path) ?? [];
  if (machine !== undefined) return toDottedId(machine);
  const [, libvirt] = LIBVIRT_QEMU.exec(path) ?? [];
  if (libvirt !== undefined) return `qemu_${toDottedId(libvirt).replace('-', '_')}`;
  const [, manager, escaped = ''] = MACHINE.exec(path) ?? [];
  if (manager === undefined) return undefined;
  // systemd writes a dash as `\x2d`. Netdata drops the number of the machine and every dash of its name.
  const name = toDottedId(escaped.replace(/\\x2d\d*/, '').replaceAll('\\x2d', ''));
  return manager === 'lxc' ? `lxc/${name}` : `qemu_${name}`;
}

function shorten(id: string): string {
  return id.slice(0, SHORT_ID);
}
