import { describe, expect, test } from 'vitest';
import {
  answerOfOnly,
  findAmongLogs,
  findPodDirectory,
  readPodSpec,
} from '../../../../src/scopes/cgroups/runtimes/kubernetes.ts';
import { HEX_A, HEX_B } from '../paths.ts';

const NAME = { name: 'k8s_cntr_shop_web-0_nginx' };

describe('the file with which a container of Kubernetes was started', () => {
  test.each([
    [
      'by containerd',
      {
        'io.kubernetes.cri.container-type': 'container',
        'io.kubernetes.cri.container-name': 'nginx',
        'io.kubernetes.cri.sandbox-name': 'web-0',
        'io.kubernetes.cri.sandbox-namespace': 'shop',
      },
      NAME,
    ],
    [
      'by CRI-O',
      {
        'io.kubernetes.cri-o.ContainerType': 'container',
        'io.kubernetes.container.name': 'nginx',
        'io.kubernetes.pod.name': 'web-0',
        'io.kubernetes.pod.namespace': 'shop',
      },
      NAME,
    ],
    ['by containerd, of a pod itself', { 'io.kubernetes.cri.container-type': 'sandbox' }, 'hidden'],
    ['by CRI-O, of a pod itself', { 'io.kubernetes.cri-o.ContainerType': 'sandbox' }, 'hidden'],
    ['with half of it', { 'io.kubernetes.cri.container-name': 'nginx' }, undefined],
    ['with something else', { 'io.kubernetes.cri.container-name': 7 }, undefined],
  ])('%s', (_, annotations, said) => {
    expect(readPodSpec(JSON.stringify({ ociVersion: '1.1.0', annotations }))).toEqual(said);
  });

  test.each(['', '[]', '{"annotations":7}', '{"annotations":null}'])('%s says nothing', (text) => {
    expect(readPodSpec(text)).toBeUndefined();
  });
});

test('a container is found among the links to logs', () => {
  const names = ['x', `db-0_shop_db-${HEX_B}.log`, `web-0_shop_nginx-${HEX_A}.log`];
  expect(findAmongLogs(names, HEX_A)).toEqual(NAME);
  expect(findAmongLogs(names, 'c'.repeat(64))).toBeUndefined();
  expect(findAmongLogs([`web-0-${HEX_A}.log`], HEX_A)).toBeUndefined();
});

test('the only container of a pod is found by the uid of the pod', () => {
  const directory = findPodDirectory(['shop_db-0_2', 'shop_web-0_1'], '1');
  expect(directory).toBe('shop_web-0_1');
  expect(answerOfOnly('shop_web-0_1', ['nginx'])).toEqual(NAME);
  expect(answerOfOnly('shop_web-0_1', ['nginx', 'sidecar'])).toBeUndefined();
  expect(answerOfOnly('shop', ['nginx'])).toBeUndefined();
});
