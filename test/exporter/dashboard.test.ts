import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';

// biome-ignore lint/suspicious/noTemplateCurlyInString: so a dashboard names a variable
const uid = z.literal('${datasource}');

const datasource = z.strictObject({
  type: z.literal('prometheus'),
  uid,
});

const panel = z.looseObject({
  id: z.int().min(1),
  type: z.literal('timeseries'),
  title: z.string().min(1),
  datasource,
  gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int().min(1), h: z.int().min(1) }),
  targets: z
    .array(
      z.strictObject({
        refId: z.string(),
        datasource,
        expr: z.string().regex(/instance=~"\$instance"/),
        legendFormat: z.string(),
      }),
    )
    .min(1),
});

const dashboard = z.looseObject({
  title: z.string(),
  uid: z.string().max(40),
  schemaVersion: z.int().min(36),
  templating: z.object({
    list: z.tuple([
      z.looseObject({ type: z.literal('datasource'), name: z.literal('datasource') }),
      z.looseObject({ type: z.literal('query'), name: z.literal('instance'), datasource }),
    ]),
  }),
  panels: z.array(panel),
});

const text = readFileSync(new URL('../../config/grafana/dashboard.json', import.meta.url), 'utf8');

test('the dashboard is one, and its panels stand beside each other', () => {
  const { panels } = dashboard.parse(JSON.parse(text));
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(cells.every((cell) => Number(cell.split(' ')[0]) < 24)).toBe(true);
});

test('its queries name metrics that there are', () => {
  const exposed = readFileSync(new URL('texts/machine.text.txt', import.meta.url), 'utf8');
  const names = new Set([...exposed.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const queried = [...text.matchAll(/ebpf_processes_\w+/g)].map(([name]) => name);
  expect(queried.filter((name) => !names.has(name))).toEqual([]);
});
