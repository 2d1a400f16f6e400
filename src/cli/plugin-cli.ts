import { Command, CommanderError } from 'commander';
import { runPlugin } from './commands/plugin.ts';
import { configure } from './configure.ts';
import { lengthenHelp } from './help.ts';
import { addOptionFlags, type OptionFlags } from './option-flags.ts';
import { writeAll } from './output-stream.ts';
import { readVersion } from './version.ts';

/**
 * `ebpf-processes.plugin [UPDATE_EVERY] [OPTIONS]`, as Netdata starts it.
 *
 * @returns The exit code; see `runPlugin`.
 */
export async function runPluginCli(argv: readonly string[], io: NodeJS.Process): Promise<number> {
  let printed = '';
  const command = addOptionFlags(
    lengthenHelp(new Command('ebpf-processes.plugin'))
      .description(
        'A plugin of Netdata, which starts it: it writes the plugins.d protocol to standard output.',
      )
      .argument(
        '[update_every]',
        'seconds between two updates, where neither a file nor a flag says otherwise',
      )
      .version(readVersion(), '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      .configureOutput({
        writeOut: (text) => {
          printed += text;
        },
        writeErr: (text) => io.stderr.write(text),
      })
      .exitOverride(),
    'all',
  );
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    await writeAll(io.stdout, printed);
    return error.exitCode === 0 ? 0 : 2;
  }
  const [updateEvery] = command.processedArgs as [string | undefined];
  return await runPlugin(configure(command.opts<OptionFlags>(), io.env, 'plugin', updateEvery), io);
}
