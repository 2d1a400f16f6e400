import { describe, expect, test } from 'vitest';
import { nameCgroup } from '../../../src/scopes/cgroups/name-cgroup.ts';
import { fc } from '../../property.ts';
import { anyPath, HEX_A, HEX_B, POD, POD_SLICE } from './paths.ts';

test('the root has the name that Netdata gives it', () => {
  expect(nameCgroup('/')).toMatchObject({ kind: 'root', name: '/', chartId: 'cgroup__' });
});

describe('a service', () => {
  test.each([
    ['/system.slice/nginx.service', 'nginx', 'systemd_nginx'],
    ['/system.slice/dbus-broker.service', 'dbus-broker', 'systemd_dbus-broker'],
    ['/system.slice/a.b.service', 'a.b', 'systemd_a-b'],
    ['/system.slice/Upper.service', 'Upper', 'systemd_upper'],
    [
      '/system.slice/sys-devices\\x2dfoo.service',
      'sys-devices\\x2dfoo',
      'systemd_sys-devices_x2dfoo',
    ],
    ['/system.slice/system-getty.slice/getty@tty1.service', 'getty@tty1', 'systemd_getty_tty1'],
    ['/system.slice/we,ird.service', 'we,ird', 'systemd_we-ird'],
    ['/system.slice/.service', '.service', 'systemd_-service'],
  ])('%s', (path, name, chartId) => {
    expect(nameCgroup(path)).toEqual({ kind: 'service', name, chartId, isProvisional: false });
  });
});

describe('a container whose name only its runtime knows has a short id', () => {
  test.each([
    ['docker by cgroupfs', `/docker/${HEX_A}`, 'aaaaaaaaaaaa'],
    ['docker by a short id', '/docker/0123456789ab', '0123456789ab'],
    ['docker by systemd', `/system.slice/docker-${HEX_A}.scope`, 'aaaaaaaaaaaa'],
    [
      'docker without root',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${HEX_B}.scope`,
      'bbbbbbbbbbbb',
    ],
    ['podman by systemd', `/machine.slice/libpod-${HEX_B}.scope`, 'bbbbbbbbbbbb'],
    ['podman by cgroupfs', `/libpod_parent/libpod-${HEX_B}`, 'bbbbbbbbbbbb'],
    [
      'podman without root',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${HEX_B}.scope`,
      'bbbbbbbbbbbb',
    ],
    ['the monitor of podman', `/machine.slice/libpod-conmon-${HEX_A}.scope`, 'aaaaaaaaaaaa'],
    ['docker below containerd', `/system.slice/containerd.service/cpuset/${HEX_A}`, 'aaaaaaaaaaaa'],
    ['ECS', `/ecs/0a1b2c3d/${HEX_A}`, 'aaaaaaaaaaaa'],
    ['Kubernetes by cgroupfs', `/kubepods/burstable/${POD}/${HEX_A}`, 'k8s_aaaaaaaaaaaa'],
    ['Kubernetes by cgroupfs, guaranteed', `/kubepods/${POD}/${HEX_A}`, 'k8s_aaaaaaaaaaaa'],
    [
      'Kubernetes by systemd, containerd',
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-${POD_SLICE}/cri-containerd-${HEX_B}.scope`,
      'k8s_bbbbbbbbbbbb',
    ],
    [
      'Kubernetes whose kubelet and containerd have different drivers',
      `/system.slice/containerd.service/kubepods-burstable-${POD_SLICE}:cri-containerd:${HEX_B}`,
      'k8s_bbbbbbbbbbbb',
    ],
    [
      'the same, of a static pod, with nothing around',
      `/kubepods-pod36b6d6be73b1065af369b3985edafa09.slice:crio:${HEX_A}`,
      'k8s_aaaaaaaaaaaa',
    ],
    [
      'Kubernetes by systemd, CRI-O, guaranteed',
      `/kubepods.slice/kubepods-${POD_SLICE}/crio-${HEX_B}.scope`,
      'k8s_bbbbbbbbbbbb',
    ],
    [
      'Kubernetes by systemd, docker',
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-${POD_SLICE}/docker-${HEX_B}.scope`,
      'k8s_bbbbbbbbbbbb',
    ],
    [
      'kind',
      `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-${POD_SLICE}/cri-containerd-${HEX_A}.scope`,
      'k8s_aaaaaaaaaaaa',
    ],
    ['Proxmox QEMU', '/qemu.slice/100.scope', 'qemu.slice_100.scope'],
    ['Proxmox LXC', '/lxc/101', 'lxc_101'],
  ])('%s', (_, path, name) => {
    expect(nameCgroup(path)).toEqual({
      kind: 'cgroup',
      name,
      chartId: `cgroup_${name.replaceAll('.', '-')}`,
      isProvisional: true,
    });
  });
});

// Names and chart types are those that Netdata 1.37.1 gave to cgroups with these paths.
describe('a cgroup whose path holds its name', () => {
  test.each([
    ['/lxc/web', 'lxc_web', 'cgroup_lxc_web'],
    ['/lxc.payload.db', 'db', 'cgroup_db'],
    ['/lxc.payload/old', 'lxc.payload_old', 'cgroup_lxc-payload_old'],
    ['/machine.slice/machine-qemu\\x2d1\\x2dvm1.scope', 'qemu_vm1', 'cgroup_qemu_vm1'],
    [
      '/machine.slice/machine-qemu\\x2d2\\x2dmy\\x2dvm.two.scope',
      'qemu_myvm.two',
      'cgroup_qemu_myvm-two',
    ],
    ['/machine.slice/machine-lxc\\x2d969\\x2dhub.scope', 'lxc/hub', 'cgroup_lxc_hub'],
    [
      '/machine.slice/machine-web.scope',
      'machine.slice_machine-web.scope',
      'cgroup_machine-slice_machine-web-scope',
    ],
    [
      '/machine.slice/systemd-nspawn@cont.service',
      'systemd-nspawn_cont',
      'cgroup_systemd-nspawn_cont',
    ],
    ['/machine/vm-a.libvirt-qemu', 'qemu_vm_a', 'cgroup_qemu_vm_a'],
    ['/system.slice/my.scope', 'system.slice_my.scope', 'cgroup_system-slice_my-scope'],
    ['/mygroup/sub', 'mygroup_sub', 'cgroup_mygroup_sub'],
    ['/docker/short', 'docker_short', 'cgroup_docker_short'],
    [`/ecs/task1/${HEX_A}`, `ecs_task1_${HEX_A}`, `cgroup_ecs_task1_${HEX_A}`],
    [`/${'n'.repeat(120)}`, 'n'.repeat(100), `cgroup_${'n'.repeat(100)}`],
    [`/${'L'.repeat(199)}`, 'l'.repeat(100), `cgroup_${'l'.repeat(100)}`],
  ])('%s', (path, name, chartId) => {
    expect(nameCgroup(path)).toEqual({ kind: 'cgroup', name, chartId, isProvisional: false });
  });
});

test.each([
  '/quo\'te"',
  '/a=b',
  '/with space',
  '/../..',
  '/...',
  '/line\nbreak',
  '/system.slice/line\nbreak.service',
  '/\u00c3\u00bc\u00ff\u0000',
  `/${'x'.repeat(200)}`,
  '/\\x2d',
  '/machine.slice/machine-qemu\\x2d.scope',
  '//',
  '',
])('the hostile path %j has a safe chart id', (path) => {
  expect(nameCgroup(path).chartId).toMatch(/^(?:cgroup|systemd)_[a-z0-9_-]+$/);
});

test('every path has a safe chart id', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      expect(nameCgroup(path).chartId).toMatch(/^(?:cgroup|systemd)_[a-z0-9_-]+$/);
    }),
  );
});
