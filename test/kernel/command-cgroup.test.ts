import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import { makeCommandCgroup } from '../../src/scopes/command/cgroup.ts';

test('a cgroup for a command stays when the one before it is removed', async () => {
  const layout = readCgroupLayout('');
  if (!('v2Mount' in layout)) throw new Error('cgroup v2 is not mounted here');
  const first = makeCommandCgroup(layout.v2Mount);
  first?.remove();
  const second = makeCommandCgroup(layout.v2Mount);
  try {
    // The first one's cleaner needs a moment to begin.
    await sleep(500);
    expect(second?.startInside(() => 'started')).toBe('started');
  } finally {
    second?.remove();
  }
});
