import { expect, test } from 'vitest';
import { buildBalance, isBalanced } from '../../src/counters/balance.ts';
import { buildTotals, exactly } from '../builders.ts';

const open = buildTotals({ process_exited: 10, released: 4 }, withZombies(6));

test.each<[string, Parameters<typeof buildTotals>, number]>([
  [
    'each that exited was released or is a zombie',
    [{ process_exited: 100, thread_exited: 20, released: 111 }, withZombies(9)],
    0,
  ],
  ['zombies of before were reaped', [{ process_exited: 10, released: 10 }, withZombies(0)], 0],
  ['some are neither', [{ process_exited: 17, released: 4 }, withZombies(8)], 5],
  ['ends are missing', [{ process_exited: 10, released: 9 }, withZombies(6)], -5],
])('%s', (_, close, difference) => {
  expect(buildBalance(open, buildTotals(...close)).difference).toBe(difference);
});

test('missed ends count as known', () => {
  const missed = { create: 0, exec: 0, exit: 3, error: 0 };
  const close = buildTotals({ process_exited: 12, released: 9 }, { ...withZombies(6), missed });
  expect(buildBalance(open, close)).toMatchObject({
    exited: 5,
    released: 5,
    zombies: 0,
    difference: 0,
  });
});

test('a difference up to what the kernel’s number is uncertain by says nothing', () => {
  const close = (exited: number) =>
    buildTotals(
      { process_exited: 10 + exited, released: 4 },
      {
        kernel: { created: exactly(0), released: { low: 2, high: 5 }, zombies: 6 },
      },
    );
  const balances = [-3, 3, 4].map((exited) => buildBalance(open, close(exited)));
  expect(balances.map(({ edge }) => edge)).toEqual([3, 3, 3]);
  expect(balances.map(isBalanced)).toEqual([true, true, false]);
});

test.each([
  ['exits', buildTotals({ process_exited: null }, withZombies(0))],
  ['releases', buildTotals({ released: null }, withZombies(0))],
  [
    'zombies',
    buildTotals({}, { kernel: { created: exactly(0), released: exactly(0), zombies: null } }),
  ],
  ['the kernel’s numbers', buildTotals({}, { kernel: null })],
])('without %s there is none', (_, close) => {
  expect(buildBalance(open, close).difference).toBeNull();
});

function withZombies(zombies: number) {
  return { kernel: { created: exactly(0), released: exactly(0), zombies } };
}
