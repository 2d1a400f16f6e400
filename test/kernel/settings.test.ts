import { expect, test } from 'vitest';
import { observe, STORM } from './run-cli.ts';

/** Every combination of what decides about attach types and tables. */
const ALL = ['entry', 'return'].flatMap((mode) =>
  ['legacy', 'co-re', 'auto'].flatMap((format) =>
    ['trampoline', 'probe'].flatMap((tracing) =>
      ['--maps-per-core', '--no-maps-per-core'].map((maps) => [mode, format, tracing, maps]),
    ),
  ),
);

test.each(ALL)('--once counts exactly with %s, %s, %s, %s', async (mode, format, tracing, maps) => {
  const { report } = await observe([
    ...['--mode', `${mode}`, '--type-format', `${format}`],
    ...['--co-re-tracing', `${tracing}`, `${maps}`, '--', STORM, '1009', '11', '53', '7'],
  ]);
  const { command, plan } = report;
  // storm itself is one process more, and its own exec one more.
  expect(command?.counters).toMatchObject({
    process_created: 1010,
    thread_created: 11,
    exec: 54,
    process_exited: 1010,
    thread_exited: 11,
    released: 1021,
    errors: mode === 'return' ? { total: 7, by_errno: { EINVAL: 7 } } : null,
  });
  if (format === 'auto') expect(plan.warnings).toEqual([]);
  for (const { event, attach_type } of plan.events) {
    if (event === 'create' || event === 'exec' || event === 'exit')
      expect(attach_type).toBe('tracepoint');
  }
});
