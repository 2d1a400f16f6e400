import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { formatOption } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

export const doctor: Subcommand = {
  name: 'doctor',
  explains: 'examine this machine: what is there, what is missing, and what to do about it',
  build(command, cli) {
    addOptionFlags(command, 'watching')
      .addOption(formatOption())
      .action(async (flags: OptionFlags & { readonly format: 'table' | 'json' }) => {
        const { configure } = await import('../configure.ts');
        const { runDoctor } = await import('../commands/doctor.ts');
        const configured = configure(flags, cli.io.env, 'diagnostic');
        cli.exitCode = await runDoctor(configured, flags.format, cli.io);
      });
  },
};
