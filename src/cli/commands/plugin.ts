import type { Totals } from '../../counters/totals.ts';
import { UserError } from '../../errors.ts';
import { buildCharts, type Chart } from '../../netdata/charts.ts';
import {
  renderChartDefinitions,
  renderObsolete,
  renderUpdate,
  toChartLine,
} from '../../netdata/protocol.ts';
import { ScopeUpdates } from '../../netdata/updates.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Attribution } from '../../scopes/open-attribution.ts';
import { attribute } from '../../session/attribute.ts';
import { type Compiled, compile } from '../../session/compile.ts';
import { Watch } from '../../session/session.ts';
import { startWatch, type WatchParts } from '../../session/start.ts';
import { describeInstead } from '../../settings/configuration.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Configured } from '../configure.ts';
import { log } from '../log.ts';
import { listenForEnd } from '../plugin-end.ts';

/** One dump a second, whatever the update every: it is also what keeps an orphaned bpftrace from living on. */
const PERIOD_MS = 1_000;

/**
 * An empty line means nothing to Netdata. Written this often it tells us soon when nobody reads any more, and tells
 * Netdata, which gives up on a plugin after 120 s of silence, that we are there.
 */
const KEEP_ALIVE_MS = 400;

/** Failures that another start will not mend: Netdata is told not to try. */
const PERMANENT: readonly UserError['code'][] = [
  'NOT_ROOT',
  'TRACEFS_UNREADABLE',
  'BPFTRACE_MISSING',
  'BPFTRACE_UNUSABLE',
  'NOTHING_TO_ATTACH',
  'PROGRAM_REJECTED',
];

/**
 * Speak plugins.d on standard output until told to end, or until the lifetime that the command line gives is over.
 *
 * @returns The exit code: 0 when told to end or at the end of the lifetime, 1 on a failure. 0 too on one that another
 * start may mend, when nothing was published yet: Netdata then starts the plugin again after ten intervals, ten times.
 */
export async function runPlugin(configured: Configured, io: NodeJS.Process): Promise<number> {
  const { settings, origins, directories } = configured;
  // Nobody is there to mend a file: what is wrong is told, and the charts are there without it.
  for (const problem of configured.problems)
    log(io.stderr, 'ERROR', describeInstead(problem, configured));
  const lifetimeSeconds =
    origins.lifetimeSeconds.kind === 'flag' ? settings.lifetimeSeconds : Number.POSITIVE_INFINITY;
  const end = listenForEnd(io);
  const keepAlive = setInterval(() => io.stdout.write('\n'), KEEP_ALIVE_MS);
  let opened: PluginParts | undefined;
  const open = (compiled: Compiled): PluginParts => {
    opened = openParts(compiled, configured, io);
    return opened;
  };
  try {
    const compiled = await compile(settings, io.geteuid?.() ?? 0, directories);
    const why = await Promise.race([end.happened, collect(compiled, open, lifetimeSeconds, io)]);
    if (why === 'lifetime') {
      opened?.updates.close();
      await opened?.watch.stop();
      // Netdata would start a plugin again that ended well.
      io.stdout.write('DISABLE\n');
    }
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log(
      io.stderr,
      'ERROR',
      error.hint === undefined ? error.message : `${error.message}; ${error.hint}`,
    );
    if (PERMANENT.includes(error.code)) io.stdout.write('DISABLE\n');
    // A machine that is too busy while it boots: Netdata would disable for good what fails before its first data.
    else if (!opened?.updates.hasPublished) return 0;
    return 1;
  } finally {
    clearInterval(keepAlive);
    await opened?.close();
    end.stop();
  }
}

interface PluginParts extends WatchParts {
  readonly updates: Updates;
}

function openParts(
  compiled: Compiled,
  { settings, directories }: Configured,
  io: NodeJS.Process,
): PluginParts {
  const attribution = attribute(compiled.plan, compiled.facts.cgroups, directories, []);
  for (const problem of attribution?.problems ?? []) log(io.stderr, 'ERROR', problem);
  const updates = new Updates(
    buildCharts(compiled.plan),
    settings.updateEverySeconds,
    io.stdout,
    openScopes(attribution, compiled.plan, settings),
  );
  const watch = new Watch(compiled, {
    periodMs: PERIOD_MS,
    attributor: attribution?.attributor,
    onSample: (sample) => updates.take(sample),
    onNotice: (sentence) => log(io.stderr, 'ERROR', sentence),
  });
  return { compiled, watch, updates, close: () => watch.stop() };
}

/** Resolves when the lifetime is over; rejects when the tracer has failed for good. */
async function collect(
  first: Compiled,
  open: (compiled: Compiled) => PluginParts,
  lifetimeSeconds: number,
  io: NodeJS.Process,
): Promise<'lifetime'> {
  const { compiled, watch, updates } = await startWatch(first, open);
  const { warnings, notes } = compiled.plan;
  for (const warning of warnings) log(io.stderr, 'ERROR', warning);
  for (const note of notes) log(io.stderr, 'INFO', note);
  updates.open(watch.latest);
  // Dumps come a few milliseconds early or late; the nearest one ends the lifetime.
  const endNs = watch.latest.kernelNs + lifetimeSeconds * 1e9 - (PERIOD_MS * 1e6) / 2;
  while (watch.latest.kernelNs < endNs) await watch.nextSample();
  return 'lifetime';
}

/** Writes a update for each sample that ends an interval. */
class Updates {
  readonly #charts: readonly Chart[];
  readonly #updateEverySeconds: number;
  readonly #stdout: NodeJS.WriteStream;
  readonly #scopes: ScopeLines;
  #isOpen = false;
  #previous: { readonly sample: Totals; readonly atUs: number } | undefined;

  /** @param scopes - All that is attributed. */
  constructor(
    charts: readonly Chart[],
    updateEverySeconds: number,
    stdout: NodeJS.WriteStream,
    scopes: ScopeLines,
  ) {
    this.#charts = charts;
    this.#updateEverySeconds = updateEverySeconds;
    this.#stdout = stdout;
    this.#scopes = scopes;
  }

  get hasPublished(): boolean {
    return this.#previous !== undefined;
  }

  /** From this sample on everything is counted: introduce the charts. */
  open(sample: Totals): void {
    this.#isOpen = true;
    this.#stdout.write(renderChartDefinitions(this.#charts, this.#updateEverySeconds));
    this.take(sample);
  }

  take(sample: Totals): void {
    const isDue = sample.period % this.#updateEverySeconds === 0;
    // A reader that lags gets fewer updates; counters lose nothing by that.
    if (this.#isOpen && isDue && !this.#stdout.writableNeedDrain) this.#publish(sample);
  }

  /** Take all charts out of Netdata's sight; there are no more updates. */
  close(): void {
    this.#isOpen = false;
    const lines = this.#charts.map((chart) => toChartLine(chart, this.#updateEverySeconds));
    this.#stdout.write(this.#scopes.renderObsolete() + renderObsolete(lines));
  }

  #publish(sample: Totals): void {
    const atUs = Math.round(performance.now() * 1000);
    const before = this.#previous;
    const elapsedUs = before === undefined ? undefined : atUs - before.atUs;
    const system = renderUpdate(this.#charts, before?.sample, sample, elapsedUs);
    this.#stdout.write(system + this.#scopes.render(elapsedUs));
    this.#previous = { sample, atUs };
  }
}

/** Cgroups that are gone without a word of the kernel's are found by a walk over all; that costs 25 µs each. */
const WALK_EVERY_MS = 10_000;

/** The lines of all that is attributed. */
interface ScopeLines {
  /** Of one update. */
  render(elapsedUs: number | undefined): string;
  /** Those that take its charts out of Netdata's sight. */
  renderObsolete(): string;
}

/** No lines where nothing is attributed. */
function openScopes(
  attribution: Attribution | undefined,
  plan: Plan,
  settings: Settings,
): ScopeLines {
  if (attribution === undefined) return { render: () => '', renderObsolete: () => '' };
  const { attributor, cgroups } = attribution;
  const updates = new ScopeUpdates(
    plan,
    settings,
    settings.updateEverySeconds,
    attribution.hiddenApps,
  );
  let walkedAtMs = Number.NEGATIVE_INFINITY;
  return {
    render: (elapsedUs) => {
      const nowMs = performance.now();
      if (nowMs - walkedAtMs >= WALK_EVERY_MS) {
        walkedAtMs = nowMs;
        cgroups?.paths.walk(nowMs);
      }
      return updates.render(attributor, attribution.isCgroupLive, elapsedUs);
    },
    renderObsolete: () => updates.renderObsolete(),
  };
}
