import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Our own configuration, which says nothing: where Netdata is installed, its files must not have a say in a test. */
const CONFIG = fileURLToPath(new URL('config', import.meta.url));

/** A test belongs to a suite by its folder, so that none can be in the wrong one. */
const suite = (name: string, include: string[], timeoutMs: number) => ({
  test: {
    name,
    include,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
    env: { NETDATA_USER_CONFIG_DIR: CONFIG, NETDATA_STOCK_CONFIG_DIR: CONFIG },
  },
});

const PURE = ['settings', 'plan', 'program', 'counters', 'report', 'netdata', 'doctor'];
const IMPURE = [
  'bpftrace',
  'cli',
  'diagnosis',
  'endurance',
  'fuzz',
  'host',
  'matrix',
  'procfs',
  'scopes',
  'session',
];

export default defineConfig({
  test: {
    coverage: {
      include: PURE.map((layer) => `src/${layer}/**`),
      thresholds: { lines: 90, branches: 90 },
    },
    projects: [
      {
        test: {
          ...suite(
            'unit',
            [
              'test/*.test.ts',
              ...[...PURE, ...IMPURE].map((layer) => `test/${layer}/**/*.test.ts`),
            ],
            30_000,
          ).test,
          // These tests leave nothing behind, so that their files can share a process: 3 s instead of 12.
          isolate: false,
        },
      },
      // Fake programs from fixtures/bin that hang, die, print garbage or what was recorded: no root, no kernel.
      {
        test: {
          ...suite('edges', ['test/faults/**/*.test.ts', 'test/replay/**/*.test.ts'], 30_000).test,
          isolate: false,
        },
      },
      // What the built program prints where neither machine nor time has a say: exact text.
      suite('golden', ['test/golden/**/*.test.ts'], 30_000),
      // The real bpftrace on the running kernel. Needs root.
      suite('kernel', ['test/kernel/**/*.test.ts'], 600_000),
      // The commands of the README on a bare Debian. Needs root.
      suite('setup', ['test/setup/**/*.test.ts'], 600_000),
      // The plugin in a real Netdata agent. Needs root and netdata.
      suite('agent', ['test/agent/**/*.test.ts'], 600_000),
    ],
  },
});
