import { writeAll } from '../output-stream.ts';
import type { Subcommand } from './subcommand.ts';

export const schema: Subcommand = {
  name: 'schema',
  explains: 'print the JSON Schema of --once --format json',
  build(command, { io }) {
    command.action(async () => {
      const { renderReportSchema } = await import('../../report/report.ts');
      await writeAll(io.stdout, renderReportSchema());
    });
  },
};
