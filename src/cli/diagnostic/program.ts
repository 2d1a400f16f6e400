import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { writeAll } from '../output-stream.ts';
import type { Subcommand } from './subcommand.ts';

export const program: Subcommand = {
  name: 'program',
  explains: 'print the bpftrace program that would be run',
  build(command, { io }) {
    addOptionFlags(command, 'watching').action(async (flags: OptionFlags) => {
      const { configure, printWarnings, requireSettings } = await import('../configure.ts');
      const configured = configure(flags, io.env, 'diagnostic');
      const settings = requireSettings(configured);
      printWarnings(configured, io.stderr);
      const { compile } = await import('../../session/compile.ts');
      const { program } = await compile(
        settings,
        io.geteuid?.() ?? 0,
        configured.directories,
        undefined,
        false,
        false,
        ['launcher', 'sudo'],
      );
      await writeAll(io.stdout, program.text);
    });
  },
};
