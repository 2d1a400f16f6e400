import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, rmSync, symlinkSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { findContainer } from '../../../../src/scopes/cgroups/find-container.ts';
import { ContainerNames } from '../../../../src/scopes/cgroups/runtimes/container-names.ts';
import { HEX_A, HEX_B, POD, POD_SLICE } from '../paths.ts';
import { makeTemporaryDirectory, writeFileBelow } from '../temporary-tree.ts';

const MOUNT = '/sys/fs/cgroup';
const US = process.geteuid?.() ?? 0;
const DOCKER = `/docker/${HEX_A}`;
const DOCKER_FILE = `/var/lib/docker/containers/${HEX_A}/config.v2.json`;
const PODMAN = `/machine.slice/libpod-${HEX_A}.scope`;
const PODMAN_LIST = '/var/lib/containers/storage/overlay-containers/containers.json';
const KUBERNETES = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-${POD_SLICE}/cri-containerd-${HEX_A}.scope`;
const POD_UID = POD.slice('pod'.length);
const WEB = JSON.stringify({ Name: '/web' });
const LIST = JSON.stringify([{ id: HEX_A, names: ['web'] }]);
const SPEC = JSON.stringify({
  annotations: {
    'io.kubernetes.cri.container-name': 'nginx',
    'io.kubernetes.cri.sandbox-name': 'web-0',
    'io.kubernetes.cri.sandbox-namespace': 'shop',
  },
});
const NGINX = { name: 'k8s_cntr_shop_web-0_nginx' };

let root: string;
let names: ContainerNames;
beforeEach(() => {
  root = makeTemporaryDirectory();
  names = new ContainerNames(root, [MOUNT]);
});

const write = (path: string, content: string) => writeFileBelow(root, path, content);
const ask = (path: string, nowMs = 0) => {
  const container = findContainer(path);
  if (container === undefined) throw new Error(`no container: ${path}`);
  return names.find(container, path, nowMs);
};

describe('the name is found in', () => {
  test.each([
    ["docker's file", DOCKER, DOCKER_FILE, WEB, { name: 'web' }],
    ["podman's list", PODMAN, PODMAN_LIST, LIST, { name: 'web' }],
    [
      "podman's list of those that are removed at their end",
      PODMAN,
      '/var/lib/containers/storage/vfs-containers/volatile-containers.json',
      LIST,
      { name: 'web' },
    ],
    [
      'the file of containerd',
      KUBERNETES,
      `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${HEX_A}/config.json`,
      SPEC,
      NGINX,
    ],
    [
      'the file of the containerd of k3s',
      KUBERNETES,
      `/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/${HEX_A}/config.json`,
      SPEC,
      NGINX,
    ],
    [
      'the file of containerd, where the path is misread',
      `/system.slice/containerd.service/kubepods-burstable-${POD_SLICE}:cri-containerd:${HEX_A}`,
      `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${HEX_A}/config.json`,
      SPEC,
      NGINX,
    ],
    [
      'the links to logs',
      KUBERNETES,
      `/var/log/containers/web-0_shop_nginx-${HEX_A}.log`,
      '',
      NGINX,
    ],
    [
      'the logs of the pod',
      KUBERNETES,
      `/var/log/pods/shop_web-0_${POD_UID}/nginx/0.log`,
      '',
      NGINX,
    ],
    [
      'the file of a container of Proxmox',
      '/lxc/101',
      '/etc/pve/lxc/101.conf',
      'hostname: ct\n',
      { name: 'ct' },
    ],
    [
      'the file of a machine of Proxmox',
      '/qemu.slice/100.scope',
      '/etc/pve/qemu-server/100.conf',
      'name: vm\n',
      { name: 'qemu_vm' },
    ],
  ])('%s', (_, path, file, content, said) => {
    write(file, content);
    expect(ask(path)).toEqual({ answer: said, isFinal: true });
  });

  test('the place that docker was told to keep its files in', () => {
    write('/etc/docker/daemon.json', '{"data-root":"/data/docker"}');
    write(`/data/docker/containers/${HEX_A}/config.v2.json`, WEB);
    expect(ask(DOCKER).answer).toEqual({ name: 'web' });
  });

  test.each([
    ['parent of its processes', '7', '/other', '41'],
    ['processes in the cgroup beside', '41', `/machine.slice/libpod-conmon-${HEX_A}.scope`, '41'],
  ])('the monitor: %s', (_, inside, cgroup, monitor) => {
    write(`${MOUNT}${inside === '7' ? PODMAN : cgroup}/cgroup.procs`, `${inside}\n`);
    write('/proc/7/stat', `7 (sleep) S ${monitor} 7 7 ${'0 '.repeat(50)}`);
    write(`/proc/${monitor}/cgroup`, `0::${cgroup}\n`);
    write(`/proc/${monitor}/cmdline`, `/usr/bin/conmon\0-c\0${HEX_A}\0-n\0web\0`);
    expect(ask(PODMAN).answer).toEqual({ name: 'web' });
  });
});

describe('nothing is believed', () => {
  test('of a monitor inside the container', () => {
    write(`${MOUNT}${PODMAN}/container/cgroup.procs`, '7\n');
    write('/proc/7/stat', `7 (sleep) S 41 7 7 ${'0 '.repeat(50)}`);
    write('/proc/41/cgroup', `0::${PODMAN}/container\n`);
    write('/proc/41/cmdline', `conmon\0-c\0${HEX_A}\0-n\0evil\0`);
    expect(ask(PODMAN).answer).toBeUndefined();
  });

  test.runIf(US === 0)('of a file of a user', () => {
    write(DOCKER_FILE, WEB);
    chownSync(`${root}${DOCKER_FILE}`, 1_000, 1_000);
    expect(ask(DOCKER).answer).toBeUndefined();
  });

  test('of a file that everybody may write', () => {
    write(DOCKER_FILE, WEB);
    chmodSync(`${root}${DOCKER_FILE}`, 0o666);
    expect(ask(DOCKER).answer).toBeUndefined();
  });

  test('of a pipe, without waiting for who writes into it', () => {
    write(DOCKER_FILE, '');
    rmSync(`${root}${DOCKER_FILE}`);
    execFileSync('mkfifo', [`${root}${DOCKER_FILE}`]);
    expect(ask(DOCKER).answer).toBeUndefined();
  });

  test('of a file of 3 MiB', () => {
    write(DOCKER_FILE, `{"Name":"/web"${' '.repeat(3 * 1024 * 1024)}}`);
    expect(ask(DOCKER).answer).toBeUndefined();
  });
});

describe('of a user', () => {
  // Root's slice is the system's.
  const uid = US === 0 ? 1_000 : US;
  const slice = `/user.slice/user-${uid}.slice/user@${uid}.service/user.slice`;
  const scope = `${slice}/libpod-${HEX_A}.scope`;
  const list = '/home/ann/.local/share/containers/storage/overlay-containers/containers.json';
  const own = (path: string) => US === 0 && chownSync(`${root}${path}`, uid, uid);

  beforeEach(() => write('/etc/passwd', `ann:x:${uid}:${uid}::/home/ann:/bin/sh\n`));

  test("the name is found in the user's files", () => {
    write(list, LIST);
    own(list);
    const docker = `/home/ann/.local/share/docker/containers/${HEX_B}/config.v2.json`;
    write(docker, JSON.stringify({ Name: '/shop' }));
    own(docker);
    expect(ask(scope).answer).toEqual({ name: 'web' });
    expect(ask(`${slice}/docker-${HEX_B}.scope`).answer).toEqual({ name: 'shop' });
  });

  test("not in the system's", () => {
    write(PODMAN_LIST, LIST);
    expect(ask(scope).answer).toBeUndefined();
  });

  test('not behind a link', () => {
    write('/elsewhere/storage/overlay-containers/containers.json', LIST);
    own('/elsewhere/storage/overlay-containers/containers.json');
    write('/home/ann/.local/share/x', '');
    symlinkSync(`${root}/elsewhere`, `${root}/home/ann/.local/share/containers`);
    expect(ask(scope).answer).toBeUndefined();
  });

  test('not in a list of more than 256 KiB', () => {
    write(list, `${LIST}${' '.repeat(256 * 1024)}`);
    own(list);
    expect(ask(scope).answer).toBeUndefined();
  });

  test('not on a network, which may not answer', () => {
    write(list, LIST);
    own(list);
    write('/proc/self/mountinfo', '41 31 0:38 / /home rw shared:9 - nfs4 server:/home rw\n');
    expect(ask(scope).answer).toBeUndefined();
    write('/proc/self/mountinfo', '41 31 0:38 / /home rw shared:9 - ext4 /dev/sda1 rw\n');
    expect(ask(scope, 1).answer).toEqual({ name: 'web' });
  });

  test.runIf(US === 0)("not in root's files that the user has in the home", () => {
    write(list, LIST);
    expect(ask(scope).answer).toBeUndefined();
  });
});

describe('a container whose name is not found', () => {
  test('is asked for once in a dump, for 2 s', () => {
    expect(ask(DOCKER, 0)).toEqual({ answer: undefined, isFinal: false });
    write(DOCKER_FILE, WEB);
    expect(ask(DOCKER, 0).answer).toBeUndefined();
    expect(ask(DOCKER, 1_000)).toEqual({ answer: { name: 'web' }, isFinal: true });
    const other = `/docker/${HEX_B}`;
    expect([0, 1_999, 2_000].map((nowMs) => ask(other, nowMs).isFinal)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('waits for the next dump where there are many', () => {
    const path = (i: number) => `/docker/${i.toString(16).padStart(64, '0')}`;
    for (let i = 0; i < 512; i += 1) ask(path(i), 0);
    write(DOCKER_FILE, WEB);
    expect(ask(DOCKER, 0)).toEqual({ answer: undefined, isFinal: false });
    expect(ask(DOCKER, 1)).toEqual({ answer: { name: 'web' }, isFinal: true });
  });
});

describe('what holds the namespaces of a pod', () => {
  test.each([
    ['pause alone', '7\n', 'pause', 'hidden'],
    ['pause and another one', '7\n8\n', 'pause', undefined],
    ['something else', '7\n', 'nginx', undefined],
  ])('%s', (_, processes, comm, said) => {
    write(`${MOUNT}${KUBERNETES}/cgroup.procs`, processes);
    write('/proc/7/stat', `7 (${comm}) S 1 7 7 ${'0 '.repeat(50)}`);
    expect(ask(KUBERNETES).answer).toBe(said);
  });
});
