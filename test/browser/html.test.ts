import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findExecutable } from '../../src/host/executables.ts';
import { renderHtml } from '../../src/report/html/document.ts';
import { buildHostileReport, buildHostileTimeline } from '../report/html/hostile.ts';
import { Chromium } from './chromium.ts';

const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-html-`);
const file = `${directory}/report.html`;
let chromium: Chromium;

beforeAll(() => {
  writeFileSync(file, renderHtml(buildHostileReport(), buildHostileTimeline()));
  chromium = new Chromium(findExecutable('chromium') ?? '');
});

afterAll(async () => {
  await chromium.close();
  rmSync(directory, { recursive: true });
});

/** Contrast of colours with the paper by WCAG, the lowest of the elements that a selector finds. */
const CONTRAST = `(selector, property) => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  return Math.min(...[...document.querySelectorAll(selector)].map((element) => {
    const own = luminance(getComputedStyle(element)[property]);
    return (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05);
  }));
}`;

test.each([
  { width: 1280, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
] as const)('at $width pixels, $scheme', async (view) => {
  const page = await chromium.load(file, view);
  const evaluate = (expression: string) => page.evaluate<unknown>(expression);
  // Nothing is asked for, and the browser has nothing to say.
  expect(page.complaints).toEqual([]);
  expect(page.requests).toEqual([`file://${file}`]);
  // Hostile names are text: no element came of them.
  expect(await evaluate('document.scripts.length + document.images.length')).toBe(0);
  expect(await evaluate('document.querySelectorAll("link, iframe, object, a").length')).toBe(0);
  expect(await evaluate('document.body.innerText')).toContain('"><img src=x o');
  expect(
    await evaluate(
      '[...document.querySelectorAll(".hover title")].map((title) => title.textContent).join("\\n")',
    ),
  ).toContain("' onload=alert(1)");
  // It is drawn, and no wider than the screen.
  expect(await evaluate('document.querySelectorAll("svg[role=img]").length')).toBe(3);
  const height = 'document.querySelector("path.series0").getBoundingClientRect().height';
  expect(await evaluate(height)).toBeGreaterThan(10);
  expect(await evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(view.width);
  // Its look is applied, and can be read.
  const isDark = 'getComputedStyle(document.body).backgroundColor === "rgb(20, 23, 28)"';
  expect(await evaluate(isDark)).toBe(view.scheme === 'dark');
  const text = `(${CONTRAST})("h1, h3, p, td, th, .soft, summary", "color")`;
  expect(await evaluate(text)).toBeGreaterThanOrEqual(4.5);
  const layers = `(${CONTRAST})("figure path, .bar", "fill")`;
  expect(await evaluate(layers)).toBeGreaterThanOrEqual(3);
});

test('the policy of the file stops what would come in with it, and Chromium says so', async () => {
  const hurt = `${directory}/hurt.html`;
  const guest =
    '<img src="http://127.0.0.1:9/x"><script>document.title = "x"</script><p id="y" style="color: red">';
  writeFileSync(hurt, readFileSync(file, 'utf8').replace('<main>', `<main>${guest}`));
  const page = await chromium.load(hurt, { width: 390, scheme: 'light' });
  await expect.poll(() => page.complaints.length).toBe(3);
  for (const what of ['img-src', 'script-src', 'style-src'])
    expect(page.complaints.join()).toContain(what);
  expect(await page.evaluate('document.title')).not.toBe('x');
  // What the tests above would have seen.
  expect(page.requests).toContain('http://127.0.0.1:9/x');
});
