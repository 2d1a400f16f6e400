import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** The layers of `src/` in the order of the data flow: a layer imports itself and those before it. */
const LAYERS = [
  'errors.ts',
  'settings',
  'procfs',
  'host',
  'plan',
  'program',
  'bpftrace',
  'counters',
  'scopes',
  'diagnosis',
  'session',
  'report',
  'recording',
  'exporter',
  'watch',
  'netdata',
  'doctor',
  'cli',
];

/** Layers and folders that touch neither files nor processes nor the clock: everything they know is an argument. */
const PURE = [
  'settings',
  'plan',
  'program',
  'counters',
  'scopes/apps',
  'report',
  'recording',
  'exporter',
  'watch',
  'netdata',
  'doctor',
];

/** Pure modules of Node, and libraries without input or output. */
const PURE_IMPORTS = ['node:crypto', 'zod', 'cli-table3', 'ini', 'prom-client'];

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const imports: readonly Import[] = files.flatMap((file) => {
  const text = readFileSync(join(SOURCES, file), 'utf8');
  const targets = [...text.matchAll(/(?:from|import\(|^import)\s*'([^']+)'/gm)];
  return targets.map(([, target = '']) => ({ file, target }));
});

function layerOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function resolve({ file, target }: Import): string {
  return relative(SOURCES, normalize(join(SOURCES, dirname(file), target)));
}

describe('layers', () => {
  test('every folder of src is a layer', () => {
    expect(LAYERS).toEqual(expect.arrayContaining([...new Set(files.map(layerOf))]));
  });

  test('a layer imports itself and those before it', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter(
        (found) => LAYERS.indexOf(layerOf(resolve(found))) > LAYERS.indexOf(layerOf(found.file)),
      )
      .map((found) => `${found.file} imports ${resolve(found)}`);
    expect(wrong).toEqual([]);
  });

  test('a pure layer imports nothing that touches the machine', () => {
    const wrong = imports
      .filter(({ file }) => PURE.some((layer) => file.startsWith(`${layer}/`)))
      .filter(({ target }) => !target.startsWith('.') && !PURE_IMPORTS.includes(target))
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });
});
