/** Docker's own, and that of the snap; see also `readDataRoot`. */
export const DOCKER_ROOTS = ['/var/lib/docker', '/var/snap/docker/common/var-lib-docker'];
/** Without root, below the home. */
export const DOCKER_OF_USER = '.local/share/docker';

export const PODMAN_STORAGE = '/var/lib/containers/storage';
/** Without root, below the home. */
export const PODMAN_OF_USER = '.local/share/containers/storage';
/** By storage driver; containers that are removed at their end may stand in a list of their own. */
export const PODMAN_LISTS = ['overlay', 'vfs', 'btrfs', 'zfs'].flatMap((driver) => [
  `${driver}-containers/containers.json`,
  `${driver}-containers/volatile-containers.json`,
]);

/** What containerd (also that of k3s, k0s and MicroK8s) and CRI-O started a container of Kubernetes with. */
export const POD_SPECS = [
  ...[
    '/run/containerd',
    '/run/k3s/containerd',
    '/run/k0s/containerd',
    '/var/snap/microk8s/common/run/containerd',
  ].map(
    (state) => (id: string) => `${state}/io.containerd.runtime.v2.task/k8s.io/${id}/config.json`,
  ),
  (id: string) => `/run/containerd/io.containerd.runtime.v1.linux/k8s.io/${id}/config.json`,
  (id: string) => `/run/containers/storage/overlay-containers/${id}/userdata/config.json`,
];
