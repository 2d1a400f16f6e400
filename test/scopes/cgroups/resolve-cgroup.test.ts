import { describe, expect, test } from 'vitest';
import { CgroupPaths } from '../../../src/scopes/cgroups/cgroup-paths.ts';
import { NetdataShm } from '../../../src/scopes/cgroups/netdata-shm.ts';
import { CgroupResolver } from '../../../src/scopes/cgroups/resolve-cgroup.ts';
import { ContainerNames } from '../../../src/scopes/cgroups/runtimes/container-names.ts';
import { HEX_A, HEX_B, POD, POD_SLICE } from './paths.ts';
import { buildRegion, DUPLICATE, type EntryParts, SERVICE } from './shared-region.ts';
import {
  makeCgroup,
  makeTemporaryDirectory,
  removeCgroup,
  writeFileBelow,
} from './temporary-tree.ts';

const MOUNT = '/sys/fs/cgroup';
const DOCKER = `/system.slice/docker-${HEX_A}.scope`;

describe('without Netdata', () => {
  test('a service, a container and a plain cgroup have the names of their paths', () => {
    const machine = makeMachine();
    expect(machine.resolve('/system.slice/nginx.service')).toEqual({
      kind: 'service',
      name: 'nginx',
      chartType: 'systemd_nginx',
      path: '/system.slice/nginx.service',
      isSettled: true,
    });
    expect(machine.resolve(DOCKER)).toMatchObject({
      kind: 'cgroup',
      name: 'aaaaaaaaaaaa',
      chartType: 'cgroup_aaaaaaaaaaaa',
      path: DOCKER,
    });
    expect(machine.resolve('/my.group')).toMatchObject({
      kind: 'cgroup',
      name: 'my.group',
      chartType: 'cgroup_my-group',
    });
  });

  test('what is inside has the name of what is around, or is of the root', () => {
    const machine = makeMachine();
    expect(machine.resolve(`${DOCKER}/init`)).toMatchObject({ path: DOCKER });
    expect(machine.resolve('/user.slice/user-0.slice/session-1.scope')).toMatchObject({
      kind: 'root',
      name: '/',
      chartType: 'cgroup__',
      path: '/',
    });
    expect(machine.resolve('/')).toMatchObject({ kind: 'root', path: '/' });
  });

  test('an id that nobody saw is unresolved', () => {
    const machine = makeMachine();
    expect(machine.resolveId('77', 0)).toEqual({
      kind: 'unresolved',
      name: 'unresolved',
      chartType: 'cgroup_unresolved',
      path: '',
      isSettled: true,
    });
  });

  test('cgroups that are alike once they are made safe stay apart, and from root and unresolved', () => {
    const machine = makeMachine();
    const types = ['/my group', '/my_group', '/my=group', '/_', '/unresolved', '/', '/UNRESOLVED']
      .map((path) => machine.resolve(path))
      .map(({ chartType }) => chartType);
    expect(new Set(types).size).toBe(types.length);
    expect(types).not.toContain('cgroup_unresolved');
    expect(types[5]).toBe('cgroup__');
    expect(types[0]).toBe('cgroup_my_group');
    expect(types[1]).toMatch(/^cgroup_my_group_[0-9a-f]{8}$/);
  });

  test('the name of a cgroup that is gone is known', () => {
    const machine = makeMachine();
    const id = machine.make('/mygroup');
    machine.resolveId(id, 0);
    removeCgroup(machine.mount, '/mygroup');
    machine.paths.forget(id);
    expect(machine.resolveId(id, 60_000)).toMatchObject({ chartType: 'cgroup_mygroup' });
  });

  test('a container is settled after 2 s, or when its runtime answers', () => {
    const machine = makeMachine();
    const see = (now: number) => machine.resolve(DOCKER, now);
    expect([0, 1_000].map((now) => see(now).isSettled)).toEqual([false, false]);
    machine.writeDocker(HEX_A, '/web');
    expect(see(1_900)).toMatchObject({ name: 'web', chartType: 'cgroup_web', isSettled: true });
    const other = `/docker/${HEX_B}`;
    const settled = [5_000, 6_999, 7_000].map((now) => machine.resolve(other, now).isSettled);
    expect(settled).toEqual([false, false, true]);
    expect(machine.resolve(other, 7_000)).toMatchObject({ chartType: 'cgroup_bbbbbbbbbbbb' });
  });

  test('the monitor of a container counts as the container, whichever is seen first', () => {
    const container = `/machine.slice/libpod-${HEX_A}.scope`;
    const monitor = `/machine.slice/libpod-conmon-${HEX_A}.scope`;
    for (const paths of [
      [container, monitor],
      [monitor, container],
    ]) {
      const machine = makeMachine();
      machine.writePodman(HEX_A, 'db');
      for (const path of paths) {
        expect(machine.resolve(path)).toMatchObject({
          name: 'db',
          chartType: 'cgroup_db',
          path: container,
          isSettled: true,
        });
      }
    }
  });

  test('what holds the namespaces of a pod is of what is around', () => {
    const machine = makeMachine();
    const pod = `/kubepods/burstable/${POD}/${HEX_A}`;
    machine.writePodSpec(HEX_A, { 'io.kubernetes.cri.container-type': 'sandbox' });
    expect(machine.resolve(pod)).toMatchObject({ kind: 'root', isSettled: true });
  });

  test('a path of any depth has a name at once', () => {
    const machine = makeMachine();
    const deep = machine.resolver.resolve(`/deep${'/a'.repeat(2_000)}`, 0);
    expect(deep.path).toBe(`/deep${'/a'.repeat(127)}`);
    expect(machine.resolver.resolve(`/deep${'/a'.repeat(1_000)}`, 0)).toEqual(deep);
  });
});

describe('with the names of Netdata', () => {
  test.each(['1.37', '2.9'] as const)('%s, those are taken', (version) => {
    const old = version === '1.37';
    const machine = makeMachine(
      [
        listed(DOCKER, { name: old ? 'cgroup_web.1' : 'cgroup_web-1' }),
        listed('/system.slice/demo.service', {
          name: old ? 'demo' : 'systemd_demo',
          options: SERVICE,
        }),
      ],
      version,
    );
    expect(machine.resolve(DOCKER)).toEqual({
      kind: 'cgroup',
      name: old ? 'web.1' : 'web-1',
      chartType: 'cgroup_web-1',
      path: DOCKER,
      isSettled: true,
    });
    expect(machine.resolve(`${DOCKER}/init`)).toMatchObject({ chartType: 'cgroup_web-1' });
    expect(machine.resolve('/system.slice/demo.service')).toMatchObject({
      kind: 'service',
      name: 'demo',
      chartType: 'systemd_demo',
    });
  });

  test('what Netdata draws no charts of is of the next one upwards', () => {
    const machine = makeMachine([
      listed('/mygroup', { isEnabled: false }),
      listed('/other', { name: 'cgroup_other' }),
      listed('/other/sub', { isEnabled: false }),
    ]);
    expect(machine.resolve('/mygroup')).toMatchObject({ kind: 'root' });
    expect(machine.resolve('/other/sub')).toMatchObject({ path: '/other' });
  });

  test('what its user has told Netdata to draw is drawn', () => {
    const path = '/user.slice/user-0.slice/session-1.scope';
    const machine = makeMachine([listed(path, { name: 'cgroup_session' })]);
    expect(machine.resolve(path)).toMatchObject({ kind: 'cgroup', chartType: 'cgroup_session' });
  });

  test('what a service makes inside itself stays its own, charts or not', () => {
    const machine = makeMachine([
      listed('/system.slice/nginx.service', { name: 'systemd_nginx', options: SERVICE }),
      listed('/system.slice/nginx.service/worker', { name: 'cgroup_worker' }),
    ]);
    expect(machine.resolve('/system.slice/nginx.service/worker')).toMatchObject({
      chartType: 'systemd_nginx',
    });
  });

  test('a duplicate is drawn under a type of its own, even if it comes first', () => {
    const machine = makeMachine([
      listed('/my_group', { name: 'cgroup_my_group' }),
      listed('/my group', { name: 'cgroup_my_group', options: DUPLICATE, isEnabled: false }),
    ]);
    expect(machine.resolve('/my group').chartType).toMatch(/^cgroup_my_group_[0-9a-f]{8}$/);
    expect(machine.resolve('/my_group').chartType).toBe('cgroup_my_group');
    // Netdata draws it once the other one is gone.
    removeCgroup(machine.mount, '/my_group');
    machine.paths.walk(6_000);
    machine.share([listed('/my group', { name: 'cgroup_my_group' })]);
    expect(machine.resolve('/my group', 6_000).chartType).toBe('cgroup_my_group');
  });

  test('which of two alike Netdata draws has its type, also when the other one came first', () => {
    const machine = makeMachine([]);
    expect(machine.resolve('/my group').chartType).toBe('cgroup_my_group');
    expect(machine.resolve('/my_group').chartType).toMatch(/^cgroup_my_group_[0-9a-f]{8}$/);
    machine.share([
      listed('/my_group', { name: 'cgroup_my_group' }),
      listed('/my group', { name: 'cgroup_my_group', options: DUPLICATE, isEnabled: false }),
    ]);
    // Whichever is asked for first.
    expect(machine.resolve('/my_group', 6_000).chartType).toBe('cgroup_my_group');
    expect(machine.resolve('/my group', 6_000).chartType).toMatch(/^cgroup_my_group_[0-9a-f]{8}$/);
    expect(machine.resolve('/my_group', 6_000).chartType).toBe('cgroup_my_group');
  });

  test('a new container is not settled until Netdata has its name', () => {
    const machine = makeMachine([listed(DOCKER, { name: 'cgroup_docker', isEnabled: false })]);
    expect(machine.resolve(DOCKER, 0)).toMatchObject({
      chartType: 'cgroup_aaaaaaaaaaaa',
      isSettled: false,
    });
    machine.share([listed(DOCKER, { name: 'cgroup_web' })]);
    expect(machine.resolve(DOCKER, 6_000)).toMatchObject({
      chartType: 'cgroup_web',
      isSettled: true,
    });
  });

  test('a container that Netdata does not draw after two minutes is of the root', () => {
    const machine = makeMachine([listed(DOCKER, { isEnabled: false })]);
    expect(machine.resolve(DOCKER, 0)).toMatchObject({ path: DOCKER, isSettled: false });
    expect(machine.resolve(DOCKER, 120_000)).toMatchObject({ kind: 'root', isSettled: true });
  });

  test("of a container whose runtime answers, the name is Netdata's as soon as it has one", () => {
    const machine = makeMachine([listed(DOCKER, { name: 'cgroup_docker', isEnabled: false })]);
    machine.writeDocker(HEX_A, '/web');
    expect(machine.resolve(DOCKER, 0)).toMatchObject({ chartType: 'cgroup_web', isSettled: true });
    machine.share([listed(DOCKER, { name: 'cgroup_renamed' })]);
    expect(machine.resolve(DOCKER, 6_000)).toMatchObject({ chartType: 'cgroup_renamed' });
  });

  test.each([
    `/system.slice/containerd.service/kubepods-burstable-${POD_SLICE}:cri-containerd:${HEX_A}`,
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${HEX_A}.scope`,
  ])('a container that Netdata leaves out by its defaults stands for itself: %s', (path) => {
    const machine = makeMachine([listed(path, { isEnabled: false })]);
    const seen = [0, 2_000, 130_000].map((now) => machine.resolve(path, now));
    expect(seen.map((place) => place.path)).toEqual([path, path, path]);
    expect(seen.map(({ isSettled }) => isSettled)).toEqual([false, true, true]);
  });

  test('the monitor of a container has the name that Netdata 1.x gives it', () => {
    const path = `/machine.slice/libpod-conmon-${HEX_A}.scope`;
    const machine = makeMachine([listed(path, { name: 'cgroup_monitor' })]);
    expect(machine.resolve(path)).toMatchObject({ path, chartType: 'cgroup_monitor' });
  });

  test('the last events of a container go to its chart, and a new one of its name goes on there', () => {
    const next = `/system.slice/docker-${'c'.repeat(64)}.scope`;
    const machine = makeMachine([listed(DOCKER, { name: 'cgroup_web' })]);
    const id = machine.make(DOCKER);
    machine.resolveId(id, 0);
    removeCgroup(machine.mount, DOCKER);
    machine.paths.forget(id);
    machine.share([listed(next, { name: 'cgroup_web' })]);
    expect(machine.resolveId(id, 10_000).chartType).toBe('cgroup_web');
    expect(machine.resolve(next, 10_000).chartType).toBe('cgroup_web');
  });
});

function listed(path: string, entry: EntryParts): EntryParts {
  return { ...entry, procsPath: `${MOUNT}${path}/cgroup.procs` };
}

/** A machine in a temporary directory, with Netdata's shared memory if there are entries for it. */
function makeMachine(entries?: readonly EntryParts[], version: '1.37' | '2.9' = '2.9') {
  const root = makeTemporaryDirectory();
  const mount = `${root}${MOUNT}`;
  makeCgroup(mount, '');
  const share = (shared: readonly EntryParts[]) =>
    writeFileBelow(root, '/dev/shm/netdata_shm_cgroup_ebpf', buildRegion(shared, { version }));
  if (entries !== undefined) share(entries);
  const paths = new CgroupPaths(mount);
  const resolver = new CgroupResolver({
    isLive: (path) => paths.isLive(path),
    shm: new NetdataShm(root, [MOUNT], [process.geteuid?.() ?? 0]),
    names: new ContainerNames(root, [MOUNT]),
  });
  const resolveId = (id: string, nowMs: number) => resolver.resolve(paths.lookUp(id, nowMs), nowMs);
  const make = (path: string) => {
    const id = makeCgroup(mount, path);
    paths.learn(id, path);
    return id;
  };
  const write = (path: string, content: unknown) =>
    writeFileBelow(root, path, JSON.stringify(content));
  return {
    mount,
    paths,
    resolver,
    writeDocker: (id: string, name: string) =>
      write(`/var/lib/docker/containers/${id}/config.v2.json`, { Name: name }),
    writePodman: (id: string, name: string) =>
      write('/var/lib/containers/storage/overlay-containers/containers.json', [
        { id, names: [name] },
      ]),
    writePodSpec: (id: string, annotations: Readonly<Record<string, string>>) =>
      write(`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}/config.json`, {
        annotations,
      }),
    resolveId,
    share,
    make,
    resolve: (path: string, nowMs = 0) => resolveId(make(path), nowMs),
  };
}
