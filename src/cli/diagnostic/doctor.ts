import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { formatOption } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

type DoctorFlags = OptionFlags & {
  readonly format: 'table' | 'json';
  readonly verbose?: boolean;
};

export const doctor: Subcommand = {
  name: 'doctor',
  explains: 'examine this machine: what is there, what is missing, and what to do about it',
  build(command, cli) {
    addOptionFlags(command, 'watching')
      .addOption(formatOption())
      .option('-v, --verbose', 'show all checks with their sources, and the plan')
      .action(async (flags: DoctorFlags) => {
        const { configure } = await import('../configure.ts');
        const { runDoctor } = await import('../commands/doctor.ts');
        const configured = configure(flags, cli.io.env, 'diagnostic');
        cli.exitCode = await runDoctor(
          configured,
          { format: flags.format, isVerbose: flags.verbose ?? false },
          cli.io,
        );
      });
  },
};
