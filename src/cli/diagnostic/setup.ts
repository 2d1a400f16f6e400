import type { Subcommand } from './subcommand.ts';

export const setup: Subcommand = {
  name: 'setup',
  explains: 'as root, once: let the plugin run bpftrace through the launcher',
  build(command, { io }) {
    command.action(async () => {
      const { runSetup } = await import('../commands/setup.ts');
      await runSetup(io);
    });
  },
};
