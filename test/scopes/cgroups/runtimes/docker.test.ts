import { describe, expect, test } from 'vitest';
import { readDataRoot, readDockerConfig } from '../../../../src/scopes/cgroups/runtimes/docker.ts';

const NOMAD = [
  'PATH=/bin',
  'NOMAD_NAMESPACE=default',
  'NOMAD_JOB_NAME=shop',
  'NOMAD_TASK_NAME=web',
  'NOMAD_SHORT_ALLOC_ID=0a1b2c3d',
];
const POD = {
  'io.kubernetes.docker.type': 'container',
  'io.kubernetes.container.name': 'nginx',
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.pod.namespace': 'shop',
};

describe('a container of docker', () => {
  test.each([
    ['has its own name', { Name: '/web_1.x' }, 'web_1.x'],
    ['of Nomad', { Name: '/web', Config: { Env: NOMAD } }, 'default-shop-web-0a1b2c3d'],
    ['of Nomad in part', { Name: '/web', Config: { Env: NOMAD.slice(2) } }, 'web'],
    ['of Kubernetes', { Name: '/k8s_x', Config: { Labels: POD } }, 'k8s_cntr_shop_web-0_nginx'],
    [
      'that its user has renamed in Netdata',
      { Name: '/web', Config: { Labels: { 'netdata.cloud/cgroup.name': 'shop front' } } },
      'shop_front',
    ],
    ['with a hostile name', { Name: '/a b\n"\u001b[31m\u00fc\u{1f600}' }, 'a_b_"_[31m___'],
  ])('%s', (_, config, name) => {
    expect(readDockerConfig(JSON.stringify(config))).toEqual({ name });
  });

  test.each([{ 'netdata.cloud/ignore': 'true' }, { 'io.kubernetes.docker.type': 'podsandbox' }])(
    'that is nothing to look at: %j',
    (Labels) => {
      expect(readDockerConfig(JSON.stringify({ Name: '/web', Config: { Labels } }))).toBe('hidden');
    },
  );

  test.each([
    '',
    '{',
    'null',
    '[]',
    '7',
    '{"Name":7}',
    '{"Name":"/"}',
    '{"Config":{"Env":7,"Labels":[]}}',
  ])('has no name in %s', (text) => {
    expect(readDockerConfig(text)).toBeUndefined();
  });
});

test.each([
  ['{"data-root":"/data/docker"}', '/data/docker'],
  ['{"graph":"/old"}', '/old'],
  ['{"data-root":"relative"}', undefined],
  ['{}', undefined],
  ['', undefined],
])('by %s docker keeps its files in %s', (text, root) => {
  expect(readDataRoot(text)).toBe(root);
});
