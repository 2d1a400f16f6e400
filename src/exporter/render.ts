import { Counter, Gauge, Registry } from 'prom-client';
import type { Family } from './family.ts';

/** `text`: the format of Prometheus before OpenMetrics, which everything reads. */
export type Exposed = 'text' | 'openmetrics';

export const CONTENT_TYPES = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const;

/** The text of metrics. */
export async function renderFamilies(
  families: readonly Family[],
  format: Exposed,
): Promise<string> {
  const registry = new Registry<(typeof CONTENT_TYPES)[Exposed]>();
  registry.setContentType(CONTENT_TYPES[format]);
  for (const { name, help, type, labels, samples } of families) {
    // Without series it would be given one, of 0.
    if (samples.length === 0) continue;
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') {
      const counter = new Counter(options);
      for (const sample of samples) counter.inc(sample.labels, sample.value);
      continue;
    }
    const gauge = new Gauge(options);
    for (const sample of samples) gauge.set(sample.labels, sample.value);
  }
  return await registry.metrics();
}

/** What a reader that accepts these types gets. */
export function chooseFormat(accept: string | undefined): Exposed {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'text';
}
