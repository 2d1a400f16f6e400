import { BoundedMap } from '../../bounded-map.ts';
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

/** What is known of a container by now. */
export interface Knowledge {
  readonly answer: Answer;
  /** Its runtime has answered, or has had its time to. */
  readonly isFinal: boolean;
}

/** A runtime writes its files before it starts a container. */
const ANSWER_MS = 2_000;

/** Containers that are remembered. Most machines have fewer. */
const MOST_REMEMBERED = 16_384;

/** Containers that are asked for in one dump; each takes 0.1 ms. The others have their turn in the next one. */
const MOST_ASKED = 512;

interface Asked {
  readonly sinceMs: number;
  readonly atMs: number;
  readonly knowledge: Knowledge;
}

/** Asks the files and processes of container runtimes for names, by the rules of Netdata's cgroups.plugin. */
export class ContainerNames {
  readonly #files: RuntimeFiles;
  readonly #processes: ContainerProcesses;
  readonly #asked = new BoundedMap<string, Asked>(MOST_REMEMBERED);
  #dumpMs = Number.NaN;
  #left = MOST_ASKED;
  /** What was read in this dump, by file. */
  readonly #lists = new Map<string, ReadonlyMap<string, string>>();
  readonly #directories = new Map<string, readonly string[]>();

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param mounts - Where cgroups are mounted, byte strings without the root.
   * @param procRoot - Where the tree starts whose /proc shows the processes of the machine.
   */
  constructor(root: string, mounts: readonly string[], procRoot = root) {
    this.#files = new RuntimeFiles(root);
    this.#processes = new ContainerProcesses(root, mounts, procRoot);
  }

  /**
   * What is known of a container, asked for once in a dump until it is final.
   *
   * @param path - Of its cgroup.
   * @param nowMs - On any clock that never steps back; the same for all events of a dump.
   */
  find(container: Container, path: string, nowMs: number): Knowledge {
    const known = this.#asked.get(path);
    if (known?.knowledge.isFinal || known?.atMs === nowMs) return known.knowledge;
    this.#startDump(nowMs);
    if (this.#left === 0) return { answer: undefined, isFinal: false };
    this.#left -= 1;
    const sinceMs = known?.sinceMs ?? nowMs;
    const said = this.#ask(container, path);
    const isFinal = said !== undefined || nowMs - sinceMs >= ANSWER_MS;
    const knowledge = { answer: said, isFinal };
    this.#asked.set(path, { sinceMs, atMs: nowMs, knowledge });
    return knowledge;
  }

  #startDump(nowMs: number): void {
    if (nowMs === this.#dumpMs) return;
    this.#dumpMs = nowMs;
    this.#left = MOST_ASKED;
    this.#lists.clear();
    this.#directories.clear();
  }

  #ask(container: Container, path: string): Answer {
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
