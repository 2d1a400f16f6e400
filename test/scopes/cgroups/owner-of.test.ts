import { describe, expect, test } from 'vitest';
import { isChartedByDefault } from '../../../src/scopes/cgroups/default-charts.ts';
import { Owners, ownerOf } from '../../../src/scopes/cgroups/owner-of.ts';
import { fc } from '../../property.ts';
import { anyPath, HEX_A, HEX_B, POD, POD_SLICE } from './paths.ts';

const DOCKER = `/system.slice/docker-${HEX_A}.scope`;
const VM = '/machine.slice/machine-qemu\\x2d1\\x2dvm1.scope';
const NSPAWN = '/machine.slice/systemd-nspawn@web.service';

describe('a cgroup that has charts is its own owner', () => {
  test.each([
    '/system.slice/nginx.service',
    '/system.slice/system-getty.slice/getty@tty1.service',
    '/system.slice/my.scope',
    DOCKER,
    `/docker/${HEX_A}`,
    `/machine.slice/libpod-${HEX_A}.scope`,
    `/machine.slice/libpod-conmon-${HEX_A}.scope`,
    `/kubepods/${POD}/${HEX_A}`,
    `/kubepods/burstable/${POD}/${HEX_A}`,
    `/kubepods.slice/kubepods-${POD_SLICE}/cri-containerd-${HEX_A}.scope`,
    `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${HEX_B}.scope`,
    '/lxc/web',
    '/lxc.payload.web',
    '/lxc.payload/web',
    VM,
    NSPAWN,
    '/machine/vm1.libvirt-qemu',
    '/qemu.slice/100.scope',
    '/mygroup',
    '/mygroup/sub',
    '/foo.slice/inner',
    '/my group',
  ])('%s', (path) => {
    expect(ownerOf(path)).toBe(path);
  });
});

describe('what is inside belongs to what is around', () => {
  test.each([
    [`${DOCKER}/init`, DOCKER],
    [`${DOCKER}/system.slice/inner.service`, DOCKER],
    [`${DOCKER}/system.slice/inner.scope`, DOCKER],
    [`/docker/${HEX_A}/a/b/c`, `/docker/${HEX_A}`],
    [`/machine.slice/libpod-${HEX_A}.scope/container`, `/machine.slice/libpod-${HEX_A}.scope`],
    ['/system.slice/nginx.service/worker', '/system.slice/nginx.service'],
    ['/system.slice/udevd.service/udev', '/system.slice/udevd.service'],
    ['/system.slice/my.scope/sub', '/system.slice/my.scope'],
    ['/lxc/web/init', '/lxc/web'],
    ['/lxc.payload.web/system.slice/nginx.service', '/lxc.payload.web'],
    [`/lxc.payload.web/docker/${HEX_A}`, '/lxc.payload.web'],
    [`${VM}/libvirt/vcpu0`, VM],
    [`${NSPAWN}/payload/system.slice/nginx.service`, NSPAWN],
    [`/kubepods/${POD}/${HEX_A}/init`, `/kubepods/${POD}/${HEX_A}`],
    ['/mygroup/x.service', '/mygroup'],
    ['/deep/init.scope', '/deep'],
  ])('%s', (path, owner) => {
    expect(ownerOf(path)).toBe(owner);
  });
});

describe('a container stands for itself, whatever is around it', () => {
  test.each([
    ['in docker', `${DOCKER}/docker/${HEX_B}`],
    ['in docker by systemd', `${DOCKER}/system.slice/docker-${HEX_B}.scope`],
    ['in a service', `/system.slice/nomad.service/docker/${HEX_B}`],
    [
      'of Kubernetes below the service of its runtime',
      `/system.slice/containerd.service/kubepods-burstable-${POD_SLICE}:cri-containerd:${HEX_A}`,
    ],
    [
      'of podman without root',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${HEX_A}.scope`,
    ],
    [
      'of podman without root, in a pod',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_${HEX_B}.slice/libpod-${HEX_A}.scope`,
    ],
    [
      'of Kubernetes in docker',
      `${DOCKER}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-${POD_SLICE}/cri-containerd-${HEX_B}.scope`,
    ],
  ])('%s', (_, path) => {
    expect(ownerOf(path)).toBe(path);
  });
});

describe('what has no charts is of the root', () => {
  test.each([
    '/',
    '/init.scope',
    '/system.slice',
    '/system.slice/foo.mount',
    '/system.slice/foo.socket',
    '/system.slice/run-r0123.scope',
    '/user.slice/user-0.slice/session-1.scope',
    '/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service',
    '/other.slice/foo.service',
    '/docker',
    '/lxc',
    '/lxc.monitor.web',
    '/machine.slice',
    '/kubepods',
    `/kubepods/burstable/${POD}`,
    `/kubepods.slice/kubepods-${POD_SLICE}`,
    `/kubepods.slice/kubepods-${POD_SLICE}/crio-conmon-${HEX_A}.scope`,
    '/system/foo',
    '',
  ])('%j', (path) => {
    expect(ownerOf(path)).toBe('/');
  });
});

test('a path of 2,000 levels takes no longer than its levels', () => {
  // Where every level looked at all levels above it, this took 18 s.
  expect(ownerOf(`/deep${'/a'.repeat(2_000)}`)).toBe(`/deep${'/a'.repeat(2_000)}`);
  expect(ownerOf(`/user.slice${'/a.scope'.repeat(2_000)}`)).toBe('/');
});

test('of many cgroups of one tree each is looked at once, until all are forgotten', () => {
  const asked: string[] = [];
  const owners = new Owners((path) => {
    asked.push(path);
    return path === '/a/b';
  });
  const paths = ['/a/b/c', '/a/b/d', '/a/b', '/a/e'];
  expect(paths.map((path) => owners.of(path))).toEqual(['/a/b', '/a/b', '/a/b', '/']);
  expect(asked).toEqual(['/a', '/a/b', '/a/b/c', '/a/b/d', '/a/e']);
  owners.clear();
  expect(owners.of('/a')).toBe('/');
  expect(asked).toHaveLength(6);
});

test('who knows better than the defaults decides', () => {
  const isCharted = (path: string) => path === '/user.slice/user-0.slice' || path === '/a';
  expect(ownerOf('/user.slice/user-0.slice/session-1.scope', isCharted)).toBe(
    '/user.slice/user-0.slice',
  );
  expect(ownerOf('/a/b', isCharted)).toBe('/a');
  expect(ownerOf(DOCKER, isCharted)).toBe('/');
});

test('the owner is the cgroup itself or upwards of it, has charts, and owns itself', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const owner = ownerOf(path);
      expect(owner === '/' || isChartedByDefault(owner)).toBe(true);
      expect(`${path.replaceAll(/\/+/g, '/')}/`.startsWith(owner === '/' ? '/' : `${owner}/`)).toBe(
        true,
      );
      expect(ownerOf(owner)).toBe(owner);
    }),
  );
});
