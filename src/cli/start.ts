import { UserError } from '../errors.ts';
import type { ProgramName } from './main.ts';
import { readNeededNode } from './version.ts';

/**
 * Run one of the programs, unless this Node.js is too old for it.
 *
 * @remarks `main.ts` is imported only after the check: an older Node.js fails to load what it imports.
 */
export async function start(name: ProgramName, io: NodeJS.Process): Promise<void> {
  const problem = explainOldNode(name, io.versions.node, readNeededNode());
  if (problem === undefined) {
    const { main } = await import('./main.ts');
    io.exitCode = await main(name, io.argv.slice(2), io);
    return;
  }
  io.stderr.write(`${problem}\n`);
  // Netdata would start the plugin again and again.
  if (name === 'ebpf-processes.plugin') io.stdout.write('DISABLE\n');
  io.exitCode = 1;
}

/**
 * @param version - `process.versions.node`.
 * @param needed - The lowest version that will do: major and minor.
 * @returns Why this Node.js cannot run the program; `undefined` where it can.
 */
export function explainOldNode(
  name: ProgramName,
  version: string,
  needed: string,
): UserError | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return undefined;
  return new UserError(
    'NODE_TOO_OLD',
    `${name} needs Node.js ${needed} or later, this is ${version}`,
    { hint: 'install one from https://nodejs.org; in a clone, sudo scripts/once brings its own' },
  );
}
