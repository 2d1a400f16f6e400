import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { addPlanFlags, type PlanFlags, toSettings } from './plan-flags.ts';
import { runPlugin } from './plugin.ts';
import { readVersion } from './version.ts';

/**
 * `ebpf-processes.plugin [UPDATE_EVERY] [OPTIONS]`, as Netdata starts it.
 *
 * @returns The exit code; see `runPlugin`.
 */
export async function runPluginCli(argv: readonly string[], io: NodeJS.Process): Promise<number> {
  const command = addPlanFlags(
    new Command('ebpf-processes.plugin')
      .description('Netdata starts this; it speaks the plugins.d protocol on standard output.')
      .argument('[update_every]', 'seconds between two publications', parseUpdateEvery, 5)
      .version(readVersion(), '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => io.stderr.write(text),
      })
      .exitOverride(),
    'together',
  );
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    // commander has printed its sentence (or its help) already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const [updateEverySeconds] = command.processedArgs as [number];
  const flags = command.opts<PlanFlags>();
  return await runPlugin(toSettings(flags, updateEverySeconds), io);
}

function parseUpdateEvery(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError('It must be whole seconds from 1 to 86400.');
}
