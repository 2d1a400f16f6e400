import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { formatOption } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

export const plan: Subcommand = {
  name: 'plan',
  explains: 'print how each event would be attached, and why',
  build(command, { io }) {
    addOptionFlags(command, 'watching')
      .addOption(formatOption())
      .action(async (flags: OptionFlags & { readonly format: 'table' | 'json' }) => {
        const { configure } = await import('../configure.ts');
        const { printPlan } = await import('../commands/plan.ts');
        await printPlan(configure(flags, io.env, 'diagnostic'), flags.format, io);
      });
  },
};
