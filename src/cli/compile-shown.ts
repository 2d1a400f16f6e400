import { type Compiled, compile } from '../session/compile.ts';
import { type Configured, printWarnings, requireSettings } from './configure.ts';

/**
 * What would be run on this machine, by whichever way the user has: it is shown, not run.
 *
 * @throws UserError as `requireSettings` and `compile` do.
 */
export async function compileShown(configured: Configured, io: NodeJS.Process): Promise<Compiled> {
  const settings = requireSettings(configured);
  printWarnings(configured, io.stderr);
  const uid = io.geteuid?.() ?? 0;
  const ways = ['launcher', 'sudo'] as const;
  return await compile(settings, uid, configured.directories, undefined, false, false, ways);
}
