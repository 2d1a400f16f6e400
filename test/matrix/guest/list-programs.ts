/**
 * What would run for each of some settings on this machine, as it is where this is started. Reads them as JSON from
 * standard input, and prints a JSON array of texts: two that are the same stand for the same run.
 */
import { readFileSync } from 'node:fs';
import { UserError } from '../../../src/errors.ts';
import { readHostFacts } from '../../../src/host/read-host-facts.ts';
import { askHost, compileFor } from '../../../src/session/compile.ts';
import { completeSettings, type Settings } from '../../../src/settings/settings.ts';
import type { Asked } from '../cells.ts';

const every: Asked[] = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(await listPrograms(every.map(toSettings))));

async function listPrograms(settings: readonly Settings[]): Promise<string[]> {
  const [first] = settings;
  if (first === undefined) return [];
  const facts = await readHostFacts(askHost(first, 0, [])).catch(describeRefusal);
  if (typeof facts === 'string') return settings.map(() => facts);
  return settings.map((one) => {
    try {
      const { plan, program } = compileFor(facts, one);
      const events = plan.events.map(({ event, attachType, quality }) => [
        event,
        attachType,
        quality,
      ]);
      // What a plan has to say of the settings makes no other run.
      return JSON.stringify([events, program]);
    } catch (error) {
      return describeRefusal(error);
    }
  });
}

function describeRefusal(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}

/** As `--once` takes them: with app groups and cgroups. */
function toSettings({ mode, ...asked }: Asked): Settings {
  return completeSettings({ ...asked, loadMode: mode, apps: true, cgroups: true });
}
