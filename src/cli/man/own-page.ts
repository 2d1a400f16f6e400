import { buildDiagnostic } from '../diagnostic-cli.ts';
import { describeCommand } from '../shape.ts';
import { renderManPage } from './page.ts';

/**
 * The manual page of `ebpf-processes` as it is now.
 *
 * @param date - Of the page, `2026-11-26`; today where it is not said.
 */
export function renderOwnManPage(date = new Date().toISOString().slice(0, 10)): string {
  const cli = { io: process, watched: [], exitCode: 0 };
  const root = describeCommand(buildDiagnostic(cli, () => undefined));
  return renderManPage(root, date);
}
