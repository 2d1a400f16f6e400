/**
 * What a container's runtime says of it: its name as Netdata has it, or that it is nothing to look at, such as the process
 * that holds a pod's namespaces; `undefined` where it says nothing.
 */
export type Answer = { readonly name: string } | 'hidden' | undefined;

/** Names of Kubernetes have up to 63, 253 and 63 characters. */
const LONGEST_NAME = 400;

/** A name that may be written by anybody who may start a container. Netdata ends it at a space. */
export function answer(name: string | undefined): Answer {
  const safe = name?.slice(0, LONGEST_NAME).replaceAll(/[^!-~]/g, '_');
  return safe === undefined || safe === '' ? undefined : { name: safe };
}

/** The name of a container of Kubernetes: `k8s_cntr_default_web-0_nginx`. */
export function answerOfPod(
  namespace: string | undefined,
  pod: string | undefined,
  container: string | undefined,
): Answer {
  const names = [namespace, pod, container];
  const isComplete = names.every((name) => name !== undefined && name !== '');
  return isComplete ? answer(`k8s_cntr_${names.join('_')}`) : undefined;
}
