import { type Answer, answer, answerOfPod } from './answer.ts';
import { dig, digText, parseJson, toList } from './json.ts';

/**
 * Read docker's file of a container, `containers/ID/config.v2.json`: the label by which a user renames it in Netdata, the
 * name that Nomad or Kubernetes gave it, or its own.
 */
export function readDockerConfig(text: string): Answer {
  const file = parseJson(text);
  const label = (name: string) => digText(file, 'Config', 'Labels', name);
  if (/^(?:true|yes)$/i.test(label('netdata.cloud/ignore') ?? '')) return 'hidden';
  if (label('io.kubernetes.docker.type') === 'podsandbox') return 'hidden';
  return (
    answer(label('netdata.cloud/cgroup.name')) ??
    answerOfPod(
      label('io.kubernetes.pod.namespace'),
      label('io.kubernetes.pod.name'),
      label('io.kubernetes.container.name'),
    ) ??
    answer(nameByNomad(toList(dig(file, 'Config', 'Env')))) ??
    answer(digText(file, 'Name')?.replace(/^\//, ''))
  );
}

/** Where docker keeps its files, by `daemon.json`; `undefined` where that does not say. */
export function readDataRoot(text: string): string | undefined {
  const file = parseJson(text);
  const root = digText(file, 'data-root') ?? digText(file, 'graph');
  return root?.startsWith('/') ? root : undefined;
}

function nameByNomad(environment: readonly unknown[]): string | undefined {
  const words = ['NAMESPACE', 'JOB_NAME', 'TASK_NAME', 'SHORT_ALLOC_ID'].map((name) => {
    const start = `NOMAD_${name}=`;
    const found = environment.find((line) => typeof line === 'string' && line.startsWith(start));
    return typeof found === 'string' ? found.slice(start.length) : '';
  });
  return words.includes('') ? undefined : words.join('-');
}
