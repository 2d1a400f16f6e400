import { Argument } from 'commander';
import { writeAll } from '../output-stream.ts';
import type { Subcommand } from './subcommand.ts';

const RENDERERS = {
  bash: async () => (await import('../completion/bash.ts')).renderBash,
  zsh: async () => (await import('../completion/zsh.ts')).renderZsh,
  fish: async () => (await import('../completion/fish.ts')).renderFish,
} as const;

export const completion: Subcommand = {
  name: 'completion',
  explains: 'print what makes a shell complete these commands and options',
  build(command, { io }) {
    command
      .addArgument(new Argument('<shell>').choices(Object.keys(RENDERERS)))
      .action(async (shell: keyof typeof RENDERERS) => {
        const { describeCommand } = await import('../shape.ts');
        const render = await RENDERERS[shell]();
        const root = describeCommand(command.parent ?? command);
        await writeAll(io.stdout, render(root));
      });
  },
};
