import { type Answer, answerOfPod } from './answer.ts';
import { dig, digText, parseJson } from './json.ts';

/**
 * Read the `config.json` with which containerd or CRI-O started a container of Kubernetes.
 *
 * @see https://github.com/containerd/containerd/blob/v2.0.0/internal/cri/annotations/annotations.go
 * @see https://github.com/cri-o/cri-o/blob/v1.30.0/pkg/annotations/internal.go
 */
export function readPodSpec(text: string): Answer {
  const annotations = dig(parseJson(text), 'annotations');
  const note = (name: string) => digText(annotations, name);
  const kind =
    note('io.kubernetes.cri.container-type') ?? note('io.kubernetes.cri-o.ContainerType');
  if (kind === 'sandbox') return 'hidden';
  return (
    answerOfPod(
      note('io.kubernetes.cri.sandbox-namespace'),
      note('io.kubernetes.cri.sandbox-name'),
      note('io.kubernetes.cri.container-name'),
    ) ??
    answerOfPod(
      note('io.kubernetes.pod.namespace'),
      note('io.kubernetes.pod.name'),
      note('io.kubernetes.container.name'),
    )
  );
}

/** Find a container among the kubelet's links to logs: `/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log`. */
export function findAmongLogs(names: readonly string[], id: string): Answer {
  const end = `-${id}.log`;
  const name = names.find((candidate) => candidate.endsWith(end));
  const [pod, namespace, container] = name?.slice(0, -end.length).split('_') ?? [];
  return answerOfPod(namespace, pod, container);
}

/** Find the directory of a pod among those of the kubelet: `/var/log/pods/NAMESPACE_POD_UID`. */
export function findPodDirectory(names: readonly string[], uid: string): string | undefined {
  return names.find((name) => name.endsWith(`_${uid}`));
}

/** Name the only container of a pod. @param directory - See `findPodDirectory`. */
export function answerOfOnly(directory: string, containers: readonly string[]): Answer {
  const [namespace, pod] = directory.split('_');
  return containers.length === 1 ? answerOfPod(namespace, pod, containers[0]) : undefined;
}
