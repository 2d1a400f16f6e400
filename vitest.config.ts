import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { TellRetries } from './test/tell-retries.ts';

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

/**
 * A suite that measures a whole machine, which others disturb: in continuous integration a test that failed runs once more.
 * `test/tell-retries.ts` names each such test.
 */
const measuring = (name: string, include: string[]) => {
  const { test } = suite(name, include, 600_000);
  return { test: { ...test, retry: process.env['CI'] === undefined ? 0 : 1 } };
};

const PURE = [
  'settings',
  'plan',
  'program',
  'counters',
  'report',
  'recording',
  'exporter',
  'watch',
  'netdata',
  'doctor',
];
const IMPURE = [
  'bpftrace',
  'cli',
  'diagnosis',
  'endurance',
  'fuzz',
  'host',
  'matrix',
  'plugins-d',
  'procfs',
  'scopes',
  'session',
];

/** Where `scripts/test` wants the results as JSON. */
const { TEST_RESULTS } = process.env;
const json: ['json', { outputFile: string }][] =
  TEST_RESULTS === undefined ? [] : [['json', { outputFile: TEST_RESULTS }]];

export default defineConfig({
  test: {
    reporters: ['default', new TellRetries(), ...json],
    coverage: {
      include: PURE.map((layer) => `src/${layer}/**`),
      thresholds: { lines: 90, branches: 90 },
    },
    // What was read and made JavaScript once is not again: that is a third of the work.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.vite/modules' },
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
      // The HTML of a report in a real Chromium without network.
      suite('browser', ['test/browser/**/*.test.ts'], 60_000),
      // The real bpftrace on the running kernel. Needs root.
      measuring('kernel', ['test/kernel/**/*.test.ts']),
      // The commands of the README on a bare Debian. Needs root.
      measuring('setup', ['test/setup/**/*.test.ts']),
      // The plugin in a real Netdata agent. Needs root and netdata.
      measuring('agent', ['test/agent/**/*.test.ts']),
    ],
  },
});
