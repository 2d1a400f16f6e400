import { anyCharacter } from '../../any-text.ts';
import { fc } from '../../property.ts';

/** Ids of containers. */
export const HEX_A = 'a'.repeat(64);
export const HEX_B = 'b'.repeat(64);

/** The cgroup of a pod by the cgroupfs driver of Kubernetes, and the end of its slice by the systemd driver. */
export const POD = 'pod11111111-2222-3333-4444-555555555555';
export const POD_SLICE = 'pod11111111_2222_3333_4444_555555555555.slice';

const component = fc.oneof(
  fc.constantFrom(
    'system.slice',
    'user.slice',
    'machine.slice',
    'nginx.service',
    'my.scope',
    'init.scope',
    'kubepods',
    'burstable',
    POD,
    'docker',
    HEX_A,
    `docker-${HEX_B}.scope`,
    'lxc',
    'lxc.payload.web',
    '..',
  ),
  // Any byte but the slash; the kernel allows no line break, a fixture does.
  fc
    .string({ unit: anyCharacter, minLength: 1, maxLength: 20 })
    .map((text) => text.replaceAll('/', '')),
);

/** Any path of a cgroup: of what machines have, and of anything. */
export const anyPath = fc.array(component, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
