import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { writeAll } from '../output-stream.ts';
import type { Subcommand } from './subcommand.ts';

export const program: Subcommand = {
  name: 'program',
  explains: 'print the bpftrace program that would be run',
  build(command, { io }) {
    addOptionFlags(command, 'watching').action(async (flags: OptionFlags) => {
      const { configure } = await import('../configure.ts');
      const { compileShown } = await import('../compile-shown.ts');
      const { program } = await compileShown(configure(flags, io.env, 'diagnostic'), io);
      await writeAll(io.stdout, program.text);
    });
  },
};
