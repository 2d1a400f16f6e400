import { findEntry } from '../../../src/host/account.ts';
import { parseUsers } from '../../../src/procfs/users.ts';
import type { Answer } from '../../../src/scopes/cgroups/runtimes/answer.ts';
import { readDataRoot, readDockerConfig } from '../../../src/scopes/cgroups/runtimes/docker.ts';
import {
  answerOfOnly,
  findAmongLogs,
  findPodDirectory,
  readPodSpec,
} from '../../../src/scopes/cgroups/runtimes/kubernetes.ts';
import { readConmon, readPodmanContainers } from '../../../src/scopes/cgroups/runtimes/podman.ts';
import {
  readProxmoxContainer,
  readProxmoxMachine,
} from '../../../src/scopes/cgroups/runtimes/proxmox.ts';
import { claim, claimBytes, claimCount, seedsOf, type Target, textOf } from '../target.ts';

const ID = '0123456789abcdef'.repeat(4);

const DOCKER = {
  Name: '/web',
  Config: {
    Labels: { 'io.kubernetes.pod.name': 'web-0', 'netdata.cloud/ignore': 'no' },
    Env: ['NOMAD_NAMESPACE=a', 'NOMAD_JOB_NAME=b', 'NOMAD_TASK_NAME=c', 'NOMAD_SHORT_ALLOC_ID=d'],
  },
};

const POD = {
  annotations: {
    'io.kubernetes.cri.container-type': 'container',
    'io.kubernetes.cri.sandbox-namespace': 'default',
    'io.kubernetes.cri.sandbox-name': 'web-0',
    'io.kubernetes.cri.container-name': 'nginx',
  },
};

/** Files of container runtimes: whoever may start a container chooses what stands in them. */
export const RUNTIME_TARGETS: readonly Target[] = [
  {
    name: 'files of containers',
    seeds: seedsOf([
      ...[DOCKER, POD, [{ id: ID, names: ['web'] }], { 'data-root': '/x' }].map((file) =>
        JSON.stringify(file),
      ),
      'arch: amd64\nhostname: web\n[snap]\nname: vm\n',
    ]),
    share: 0.4,
    run: (input) => {
      const text = textOf(input);
      for (const read of [
        readDockerConfig,
        readPodSpec,
        readProxmoxContainer,
        readProxmoxMachine,
      ]) {
        checkAnswer(read(text));
      }
      for (const name of readPodmanContainers(text).values()) claimBytes(name, 'a name');
      claim(readDataRoot(text)?.startsWith('/') ?? true, 'a root that is no path');
    },
  },
  {
    name: 'monitors and logs of pods',
    seeds: seedsOf([
      `/usr/bin/conmon\0--api-version\x001\0-c\0${ID}\0-n\0k8s_nginx_web-0_default_uid_0\0`,
      `web-0_default_nginx-${ID}.log\ndefault_web-0_uid\n`,
    ]),
    run: (input) => {
      checkAnswer(readConmon(textOf(input), ID));
      const names = textOf(input).split('\n');
      checkAnswer(findAmongLogs(names, ID));
      checkAnswer(answerOfOnly(findPodDirectory(names, 'uid') ?? '', names.slice(1)));
    },
  },
  {
    name: '/etc/passwd',
    seeds: seedsOf([
      'root:x:0:0:root:/root:/bin/bash\nnetdata:x:999:995::/var/lib/netdata:/bin/sh\n',
    ]),
    run: (input) => {
      for (const { id, name } of parseUsers(textOf(input))) {
        claimCount(id, 'id');
        claim(name !== '' && !name.includes('\n'), 'no name');
      }
      for (const who of ['netdata', '0']) {
        const account = findEntry(textOf(input), who);
        if (account === undefined) continue;
        claimCount(account.uid, 'uid');
        claimCount(account.gid, 'gid');
      }
    },
  },
];

function checkAnswer(answer: Answer): void {
  if (answer === undefined || answer === 'hidden') return;
  claim(/^[!-~]{1,400}$/.test(answer.name), `the name ${JSON.stringify(answer.name)}`);
}
