import { describe, expect, test } from 'vitest';
import {
  readConmon,
  readPodmanContainers,
} from '../../../../src/scopes/cgroups/runtimes/podman.ts';
import { HEX_A, HEX_B } from '../paths.ts';

test('names of containers are those in the list of podman 4.3.1', () => {
  const text = `[{"id":"${HEX_A}","names":["web"],"image":"98","layer":"4a","metadata":"{}","flags":{"MountLabel":""}},{"id":"${HEX_B}","names":["db","other"],"flags":{"Volatile":true}}]`;
  expect([...readPodmanContainers(text)]).toEqual([
    [HEX_A, 'web'],
    [HEX_B, 'db'],
  ]);
});

test.each([
  '',
  '{}',
  '7',
  '[7,null,{"id":7,"names":["x"]},{"id":"a"},{"id":"a","names":[7]}]',
  '[{',
])('there is no name in %s', (text) => {
  expect(readPodmanContainers(text).size).toBe(0);
});

describe('the monitor of a container', () => {
  const words = [
    '/usr/bin/conmon',
    '--api-version',
    '1',
    '-c',
    HEX_A,
    '-u',
    HEX_A,
    '-r',
    '/usr/bin/crun',
  ];
  const line = (...more: string[]) => `${[...words, ...more].join('\0')}\0`;

  test.each([
    ['of podman has its name', line('-n', 'web', '--exit-dir', '/run'), { name: 'web' }],
    [
      'of CRI-O has that of Kubernetes',
      line('-n', 'k8s_nginx_web-0_shop_uid-1_0'),
      { name: 'k8s_cntr_shop_web-0_nginx' },
    ],
    ['of a pod is nothing to look at', line('-n', 'k8s_POD_web-0_shop_uid-1_0'), 'hidden'],
    ['without a name', line(), undefined],
    ['with nothing after the option', line('-n').slice(0, -1), undefined],
    ['that is something else', line('-n', 'web').replace('conmon', 'xconmon'), undefined],
    ['of another container', line('-n', 'web').replace(HEX_A, HEX_B), undefined],
    ['that is gone', '', undefined],
  ])('%s', (_, cmdline, said) => {
    expect(readConmon(cmdline, HEX_A)).toEqual(said);
  });
});
