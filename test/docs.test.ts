import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Folders that hold nothing of ours, or nothing to read. */
const LEFT_OUT = ['node_modules', 'dist', 'coverage'];

const DECISIONS = join(ROOT, 'docs/decisions');

/** It names files as seen from its own folder. */
const MAP = join(ROOT, 'src/README.md');

const pages = findPages(ROOT);

function findPages(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      return entry.name.startsWith('.') || LEFT_OUT.includes(entry.name) ? [] : findPages(path);
    }
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Without blocks and words of code, in which brackets are no links. */
function readProse(page: string): string {
  return readFileSync(page, 'utf8')
    .replaceAll(/^```.*?^```/gms, '')
    .replaceAll(/`[^`\n]*`/g, '');
}

/** The anchor that a heading has on the web: lower case, no punctuation, a dash for each space. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function readAnchors(page: string): string[] {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) => toAnchor(heading));
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && !readAnchors(target).includes(anchor);
}

describe('pages', () => {
  test('are found', () => {
    expect(pages.map((page) => relative(ROOT, page))).toEqual(
      expect.arrayContaining(['README.md', 'src/README.md', 'docs/decisions/README.md']),
    );
  });

  test('have links that lead somewhere', () => {
    const broken = pages.flatMap((page) =>
      [...readProse(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/.test(link) && isBroken(page, link))
        .map((link) => `${relative(ROOT, page)}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test('name files that are there', () => {
    const missing = pages
      // It tells of the past.
      .filter((page) => page !== join(ROOT, 'CHANGELOG.md'))
      .flatMap((page) =>
        readNamedFiles(page)
          .filter((path) => !existsSync(join(ROOT, path)))
          .map((path) => `${relative(ROOT, page)}: ${path}`),
      );
    expect(missing).toEqual([]);
  });
});

/** Files and folders that a page names in words of code. */
function readNamedFiles(page: string): string[] {
  const text = readFileSync(page, 'utf8');
  const ofProject = /`((?:bin|config|docs|fixtures|probes|scripts|src|test)\/[\w./-]*)/g;
  const named = [...text.matchAll(ofProject)].map(([, path = '']) => path);
  if (page !== MAP) return named;
  const ofSource = [...text.matchAll(/`([\w-]+(?:\/[\w./-]*|\.ts))`/g)].map(
    ([, path = '']) => path,
  );
  return [
    ...new Set([
      ...named,
      ...ofSource.map((path) => (named.includes(path) ? path : `src/${path}`)),
    ]),
  ];
}

test('README.md is read at one sitting: at most 150 lines', () => {
  expect(countLines('README.md')).toBeLessThanOrEqual(150);
});

test('the map of src is one page: at most 75 lines', () => {
  expect(countLines('src/README.md')).toBeLessThanOrEqual(75);
});

describe('decisions', () => {
  const files = readdirSync(DECISIONS)
    .filter((file) => file !== 'README.md')
    .toSorted();

  test('are numbered without a gap', () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, i) => i + 1));
  });

  test.each(files)('%s says its status, its date, the context and what was decided', (file) => {
    const text = readFileSync(join(DECISIONS, file), 'utf8');
    expect(text).toMatch(
      new RegExp(`^# ${file.slice(0, 4)}\\. .+\n\n- Status: (accepted|superseded by \\[)`),
    );
    expect(text).toMatch(/^- Date: \d{4}-\d\d-\d\d/m);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    const isStanding = text.includes('- Status: accepted');
    expect(headings).toEqual([
      'Context',
      'Decision',
      isStanding ? 'Measurement' : 'Why it was given up',
    ]);
  });

  test('all stand in the list', () => {
    const list = readFileSync(join(DECISIONS, 'README.md'), 'utf8');
    expect(files.filter((file) => !list.includes(`](${file})`))).toEqual([]);
  });
});

function countLines(file: string): number {
  return readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length;
}
