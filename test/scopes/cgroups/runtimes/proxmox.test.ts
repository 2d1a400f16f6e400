import { expect, test } from 'vitest';
import {
  readProxmoxContainer,
  readProxmoxMachine,
} from '../../../../src/scopes/cgroups/runtimes/proxmox.ts';

test('a container has its first hostname, and a machine its first name', () => {
  expect(readProxmoxContainer('arch: amd64\nhostname: ct-one\n[snap]\nhostname: old\n')).toEqual({
    name: 'ct-one',
  });
  expect(readProxmoxMachine('name: vm-one\nname: other\n')).toEqual({ name: 'qemu_vm-one' });
});

test.each(['', 'hostname:x', ' hostname: x', 'hostname:  \n', '\0'])('%j has no name', (text) => {
  expect(readProxmoxContainer(text)).toBeUndefined();
  expect(readProxmoxMachine(text.replace('hostname', 'name').replace(':  ', ':'))).toBeUndefined();
});
