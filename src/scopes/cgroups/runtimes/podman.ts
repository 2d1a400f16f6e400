import { type Answer, answer } from './answer.ts';
import { digText, parseJson, toList } from './json.ts';

/** Read the list of containers of podman's storage, `containers.json`: their names by id. */
export function readPodmanContainers(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const container of toList(parseJson(text))) {
    const id = digText(container, 'id');
    const name = digText(container, 'names', '0');
    if (id !== undefined && name !== undefined) names.set(id, name);
  }
  return names;
}

/**
 * Read the name of a container from the command line of its monitor: `conmon … -c ID … -n web …`. That of CRI-O has the name
 * `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`.
 *
 * @param cmdline - As in `/proc/PID/cmdline`.
 * @param id - Of the container. The monitor of another one says nothing of it.
 */
export function readConmon(cmdline: string, id: string): Answer {
  const [program = '', ...words] = cmdline.split('\0');
  if (!/(?:^|\/)conmon$/.test(program) || wordAfter(words, '-c', '--cid') !== id) return undefined;
  const name = wordAfter(words, '-n', '--name');
  const [, container, pod, namespace] = /^k8s_([^_]+)_([^_]+)_([^_]+)_/.exec(name ?? '') ?? [];
  if (container === undefined) return answer(name);
  return container === 'POD' ? 'hidden' : answer(`k8s_cntr_${namespace}_${pod}_${container}`);
}

function wordAfter(words: readonly string[], ...options: readonly string[]): string | undefined {
  const at = words.findIndex((word) => options.includes(word));
  return at === -1 ? undefined : words[at + 1];
}
