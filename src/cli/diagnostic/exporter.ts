import { InvalidArgumentError } from 'commander';
import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { parseDuration } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

type ExporterFlags = OptionFlags & {
  readonly listen: string;
  readonly textfile?: string;
  readonly every: number;
  readonly maxScopes: number;
};

export const exporter: Subcommand = {
  name: 'exporter',
  explains: 'serve the counters to Prometheus',
  build(command, cli) {
    command
      .option('--listen <address>', 'where to serve /metrics and /healthz', '127.0.0.1:9478')
      .option('--textfile <file>', 'write a file for the textfile collector instead')
      .option('--every <time>', 'how often the file is written', parseDuration, 15)
      .option(
        '--max-scopes <number>',
        'app groups, and cgroups, with series of their own',
        parseNumber,
        200,
      );
    addOptionFlags(command, 'watching').action(async (flags: ExporterFlags) => {
      const { configure, requireSettings, warningsOf } = await import('../configure.ts');
      const { parseListenAddress } = await import('../listen.ts');
      const { runExporter } = await import('../commands/exporter.ts');
      const address = parseListenAddress(flags.listen);
      const configured = configure(flags, cli.io.env, 'diagnostic');
      cli.exitCode = await runExporter(
        {
          settings: requireSettings(configured),
          warnings: warningsOf(configured),
          configDirectories: configured.directories,
          netdata: configured.netdata,
          listen: address,
          mostScopes: flags.maxScopes,
          textfile:
            flags.textfile === undefined
              ? undefined
              : { path: flags.textfile, everySeconds: flags.every },
        },
        cli.io,
      );
    });
  },
};

function parseNumber(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 99999.');
}
