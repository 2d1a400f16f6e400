import { toDottedId } from './chart-id.ts';

/** What Netdata calls a container or a virtual machine. */
export interface ContainerName {
  readonly name: string;
  /** Netdata asks the container runtime for a better name, and uses this one when it gets no answer. */
  readonly isProvisional: boolean;
}

/** As many characters of a container's id as people and Netdata show. */
const SHORT_ID = 12;

const KUBERNETES_CONTAINER =
  /kubepods.*pod[0-9a-f_-]+(?:\.slice)?\/(?:(?:docker|crio|cri-containerd)-([0-9a-f]{12,})\.scope|([0-9a-f]{12,}))$/;

/** Docker and ECS; an id has 64 digits, or 12 where it was shortened. */
const DOCKER_CONTAINER =
  /(?:[/-]docker-|\/docker\/|\/ecs\/[0-9a-f][^/]*\/)([0-9a-f]{64}|[0-9a-f]{12})(?:\.scope)?$/;

const PODMAN_CONTAINER = /\/libpod-([0-9a-f]{64})(?:\.scope)?$/;

/** systemd-nspawn: `/machine.slice/systemd-nspawn@web.service`. */
const NSPAWN = /^\/machine\.slice\/([^/]+)\.service$/;

/** libvirt and systemd-machined: `/machine.slice/machine-qemu\x2d1\x2dweb.scope`. */
const MACHINE = /^\/machine\.slice\/machine[^/]*-(lxc|qemu)([^/]*)\.scope$/;

/** libvirt without systemd: `/machine/web.libvirt-qemu`. */
const LIBVIRT_QEMU = /^\/machine\/([^/]+)\.libvirt-qemu$/;

/** LXC before 4 (`/lxc/web`) and since (`/lxc.payload.web`). Proxmox names containers, and QEMU machines, by a number. */
const LXC = /^\/lxc\/[^/]+$/;
const LXC_PAYLOAD = /^\/lxc\.payload\.([^/]+)$/;
const PROXMOX_QEMU = /^\/qemu\.slice\/\d+\.scope$/;

/**
 * Name the container or virtual machine whose own cgroup this is, by the path alone.
 *
 * Where Netdata would ask docker, podman, the kubelet or Proxmox's files for the name, this is the name without an
 * answer: the first 12 characters of the id. In Kubernetes Netdata then takes the whole path, up to 200 characters;
 * here it is `k8s_` and the short id.
 *
 * @returns `undefined` for a path that is no container's, such as a cgroup that a container has made for itself.
 */
export function nameContainer(path: string): ContainerName | undefined {
  const kubernetes = KUBERNETES_CONTAINER.exec(path);
  if (kubernetes) return provisional(`k8s_${shorten(kubernetes[1] ?? kubernetes[2])}`);
  const id = (DOCKER_CONTAINER.exec(path) ?? PODMAN_CONTAINER.exec(path))?.[1];
  if (id !== undefined) return provisional(shorten(id));
  if (PROXMOX_QEMU.test(path)) return provisional(toDottedId(path));
  if (LXC.test(path)) return { name: toDottedId(path), isProvisional: /\d$/.test(path) };
  const name = nameMachine(path);
  return name === undefined ? undefined : { name, isProvisional: false };
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

function provisional(name: string): ContainerName {
  return { name, isProvisional: true };
}

function shorten(id = ''): string {
  return id.slice(0, SHORT_ID);
}
