import { expect, test } from 'vitest';
import { parseUsers } from '../../src/procfs/users.ts';

test('users are those of /etc/passwd, and lines that are none are left out', () => {
  const text =
    'root:x:0:0:root:/root:/bin/bash\n+::::::\nnetdata:x:999:995::/var/lib/netdata:/bin/sh\nx:x:y:1::/:\n:x:1:1::/:\nlast:x:7';
  expect(parseUsers(text)).toEqual([
    { name: 'root', id: 0, home: '/root' },
    { name: 'netdata', id: 999, home: '/var/lib/netdata' },
    { name: 'last', id: 7, home: '' },
  ]);
});
