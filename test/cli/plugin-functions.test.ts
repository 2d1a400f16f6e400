import { expect, test } from 'vitest';
import { Lifetime } from '../../src/cli/lifetime.ts';
import { PluginControl } from '../../src/cli/plugin-control.ts';
import { PluginFunctions } from '../../src/cli/plugin-functions.ts';
import type { Session } from '../../src/session/session.ts';
import { PluginReader } from '../plugins-d/reader.ts';

function open() {
  const control = new PluginControl(new Lifetime(), Number.POSITIVE_INFINITY, 300, () => 0);
  return new PluginFunctions(control, { apps: true, cgroups: true });
}

async function ask(functions: PluginFunctions, words: string) {
  const answer = await functions.take(`FUNCTION t1 10 "${words}"`);
  const reader = new PluginReader().take(answer ?? '').end();
  expect(reader.faults).toEqual([]);
  return JSON.parse(reader.results[0]?.body ?? '{}');
}

test('a line that is no call has no answer', async () => {
  expect(await open().take('FUNCTION_CANCEL t1')).toBeUndefined();
});

test('an unknown function, and a table while nothing is counted, are refused', async () => {
  expect(await ask(open(), 'nothing')).toMatchObject({ status: 404 });
  expect(await ask(open(), 'ebpf-processes-plan')).toMatchObject({ status: 503 });
});

test('what fails is told to who asked, and to nobody else', async () => {
  const functions = open();
  const session = {
    diagnose: () => {
      throw new Error('EMFILE: too many open files');
    },
    dropWindow: () => undefined,
  };
  functions.use(session as unknown as Session);
  expect(await ask(functions, 'ebpf-processes-zombies')).toMatchObject({
    status: 500,
    errorMessage: expect.stringContaining('EMFILE'),
  });
});
