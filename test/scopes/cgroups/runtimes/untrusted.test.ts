import { expect, test } from 'vitest';
import type { Answer } from '../../../../src/scopes/cgroups/runtimes/answer.ts';
import { readDataRoot, readDockerConfig } from '../../../../src/scopes/cgroups/runtimes/docker.ts';
import { findAmongLogs, readPodSpec } from '../../../../src/scopes/cgroups/runtimes/kubernetes.ts';
import {
  readConmon,
  readPodmanContainers,
} from '../../../../src/scopes/cgroups/runtimes/podman.ts';
import {
  readProxmoxContainer,
  readProxmoxMachine,
} from '../../../../src/scopes/cgroups/runtimes/proxmox.ts';
import { anyText } from '../../../any-text.ts';
import { fc, RUNS } from '../../../property.ts';

const word = fc.oneof(
  anyText,
  fc.constantFrom('id', 'names', 'Name', 'Config', 'Env', 'Labels', 'annotations', '__proto__'),
  fc.constantFrom(
    'io.kubernetes.pod.name',
    'netdata.cloud/cgroup.name',
    'data-root',
    'NOMAD_JOB_NAME=x',
  ),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constantFrom(null, 7, true),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(word, tie('json'), { maxKeys: 4 }),
  ),
}));
const anyFile = fc.oneof(
  anyText,
  json.map((value) => JSON.stringify(value)),
);

test('whatever a file says, a name is short and printable', () => {
  fc.assert(
    fc.property(anyFile, (text) => {
      const said: Answer[] = [
        readDockerConfig(text),
        readPodSpec(text),
        readProxmoxContainer(text),
        readProxmoxMachine(text),
        readConmon(`conmon\0-c\0id\0-n\0${text}`, 'id'),
        readConmon(text, 'id'),
        findAmongLogs([text, `${text}-id.log`], 'id'),
      ];
      for (const answer of said) {
        if (typeof answer === 'object') expect(answer.name).toMatch(/^[!-~]{1,400}$/);
      }
      readDataRoot(text);
      readPodmanContainers(text);
    }),
    { numRuns: 10 * RUNS },
  );
});

test('a file of 2 MiB of brackets is no file', () => {
  expect(readDockerConfig('['.repeat(2 * 1024 * 1024))).toBeUndefined();
  expect(readPodmanContainers('[{"id":'.repeat(300_000)).size).toBe(0);
});
