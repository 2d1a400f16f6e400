import { expect, test } from 'vitest';
import { readWanted } from '../../src/cli/narrow.ts';

test('without a flag a view is of everything', async () => {
  expect(await readWanted({})).toBeUndefined();
});

test('names are byte strings, as those of the kernel', async () => {
  expect(await readWanted({ comm: 'é', cgroup: '/ü', pid: '12' })).toEqual({
    ...{ comm: '\xc3\xa9', cgroup: '/\xc3\xbc', pid: 12, user: undefined },
  });
});

test('a user is known by name, or by number also where it has no name', async () => {
  expect((await readWanted({ user: 'root' }))?.user).toEqual({ name: 'root', id: 0 });
  expect((await readWanted({ user: '0' }))?.user).toEqual({ name: 'root', id: 0 });
  expect((await readWanted({ user: '4123456789' }))?.user).toEqual({
    ...{ name: '4123456789', id: 4_123_456_789 },
  });
});

test.each([
  [
    { user: 'nobody-of-this-name' },
    '--user must be a user of this machine, not "nobody-of-this-name"',
  ],
  [{ pid: 'init' }, '--pid must be the id of a process, not "init"'],
  [{ pid: '0' }, '--pid must be the id of a process, not "0"'],
  [{ comm: '' }, '--comm must not be empty'],
])('%j is refused', async (flags, message) => {
  await expect(readWanted(flags)).rejects.toMatchObject({ code: 'USAGE', message });
});
