import type { Container } from '../find-container.ts';
import { type Answer, answer } from './answer.ts';
import { readDataRoot, readDockerConfig } from './docker.ts';
import { RuntimeFiles } from './files.ts';
import { answerOfOnly, findAmongLogs, findPodDirectory, readPodSpec } from './kubernetes.ts';
import {
  DOCKER_OF_USER,
  DOCKER_ROOTS,
  POD_SPECS,
  PODMAN_LISTS,
  PODMAN_OF_USER,
  PODMAN_STORAGE,
} from './places.ts';
import { readPodmanContainers } from './podman.ts';
import { ContainerProcesses } from './processes.ts';
import { readProxmoxContainer, readProxmoxMachine } from './proxmox.ts';

/** Asks the files and processes of container runtimes for names, by the rules of Netdata's cgroups.plugin. */
export class Runtimes {
  readonly #files: RuntimeFiles;
  readonly #processes: ContainerProcesses;
  /** What was read since `forget`, by file. */
  readonly #lists = new Map<string, ReadonlyMap<string, string>>();
  readonly #directories = new Map<string, readonly string[]>();

  /** See `ContainerNames`. */
  constructor(root: string, mounts: readonly string[], procRoot: string) {
    this.#files = new RuntimeFiles(root);
    this.#processes = new ContainerProcesses(root, mounts, procRoot);
  }

  /** Lists of many containers are read again. */
  forget(): void {
    this.#lists.clear();
    this.#directories.clear();
  }

  /** @param path - Of the container's cgroup. */
  ask(container: Container, path: string): Answer {
    const { runtime, id } = container;
    const user = userOf(path);
    switch (runtime) {
      case 'docker':
        return this.#askDocker(id, user);
      case 'podman':
        return this.#askPodman(id, user) ?? this.#processes.askMonitor(path, id);
      case 'kubernetes':
        return this.#askKubernetes(container, path);
      case 'proxmox-lxc':
        return this.#readSystem(`/etc/pve/lxc/${id}.conf`, readProxmoxContainer);
      case 'proxmox-qemu':
        return this.#readSystem(`/etc/pve/qemu-server/${id}.conf`, readProxmoxMachine);
      case 'path':
        return undefined;
    }
  }

  #askDocker(id: string, user: number | undefined): Answer {
    const file = `containers/${id}/config.v2.json`;
    if (user !== undefined) {
      const text = this.#files.readOfUser(user, `${DOCKER_OF_USER}/${file}`);
      return text === undefined ? undefined : readDockerConfig(text);
    }
    const set = readDataRoot(this.#files.read('/etc/docker/daemon.json') ?? '');
    return firstOf(set === undefined ? DOCKER_ROOTS : [set, ...DOCKER_ROOTS], (root) =>
      this.#readSystem(`${root}/${file}`, readDockerConfig),
    );
  }

  #askPodman(id: string, user: number | undefined): Answer {
    return firstOf(PODMAN_LISTS, (list) => answer(this.#readList(list, user).get(id)));
  }

  #readList(list: string, user: number | undefined): ReadonlyMap<string, string> {
    const key = `${user ?? ''}:${list}`;
    const read = this.#lists.get(key);
    if (read !== undefined) return read;
    const text =
      user === undefined
        ? this.#files.read(`${PODMAN_STORAGE}/${list}`)
        : this.#files.readOfUser(user, `${PODMAN_OF_USER}/${list}`);
    const names = readPodmanContainers(text ?? '');
    this.#lists.set(key, names);
    return names;
  }

  #askKubernetes({ id, podUid }: Container, path: string): Answer {
    const spec = firstOf(POD_SPECS, (place) => this.#readSystem(place(id), readPodSpec));
    if (spec !== undefined) return spec;
    if (this.#processes.isPause(path)) return 'hidden';
    return (
      this.#askDocker(id, undefined) ??
      findAmongLogs(this.#list('/var/log/containers'), id) ??
      this.#processes.askMonitor(path, id) ??
      this.#askPod(podUid)
    );
  }

  #askPod(uid: string | undefined): Answer {
    const pod = uid && findPodDirectory(this.#list('/var/log/pods'), uid);
    return pod ? answerOfOnly(pod, this.#list(`/var/log/pods/${pod}`)) : undefined;
  }

  #list(directory: string): readonly string[] {
    const names = this.#directories.get(directory) ?? this.#files.list(directory);
    this.#directories.set(directory, names);
    return names;
  }

  #readSystem(path: string, read: (text: string) => Answer): Answer {
    const text = this.#files.read(path);
    return text === undefined ? undefined : read(text);
  }
}

function firstOf<Item>(items: readonly Item[], ask: (item: Item) => Answer): Answer {
  for (const item of items) {
    const said = ask(item);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** The user whose slice it is; `undefined` for root's and the system's. */
function userOf(path: string): number | undefined {
  const uid = Number(/^\/user\.slice\/user-(\d{1,10})\.slice\//.exec(path)?.[1] ?? 0);
  return uid === 0 ? undefined : uid;
}
