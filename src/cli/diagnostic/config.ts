import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { formatOption } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

export const config: Subcommand = {
  name: 'config',
  explains: 'print the value of each option and where it comes from',
  build(command, { io }) {
    addOptionFlags(command, 'all')
      .addOption(formatOption())
      .action(async (flags: OptionFlags & { readonly format: 'table' | 'json' }) => {
        const { printConfig } = await import('../commands/config.ts');
        await printConfig(flags, flags.format, io);
      });
  },
};
