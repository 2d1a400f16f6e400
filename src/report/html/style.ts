/** Colours of those who are told apart in a chart; the last one is that of all others. Each stands out 3:1 from its paper. */
const LIGHT = ['#1f5fa8', '#c2410c', '#2e7d32', '#8e44ad', '#a16a00', '#0e7c86', '#c2185b'];
const DARK = ['#6aa9f0', '#ff9d57', '#7fc97f', '#c79bf0', '#e3c34f', '#4fd0d8', '#ff86b3'];

const LIGHT_COLOURS = `
--paper: #ffffff; --card: #f5f6f8; --ink: #1a1d21; --soft: #565d66; --line: #d5d9df;
--critical: #b3261e; --warning: #8a5a00; --calm: #22692a; --rest: #7d848c;
${LIGHT.map((colour, i) => `--series${i}: ${colour};`).join(' ')}`;

const DARK_COLOURS = `
--paper: #14171c; --card: #1d2128; --ink: #e8eaed; --soft: #a4abb5; --line: #363c46;
--critical: #ff8a80; --warning: #f0be5a; --calm: #8fd694; --rest: #838b95;
${DARK.map((colour, i) => `--series${i}: ${colour};`).join(' ')}`;

/** The whole look of the page. It loads nothing. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT_COLOURS} }
@media (prefers-color-scheme: dark) { :root { ${DARK_COLOURS} } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
p { margin: .3rem 0; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
.soft, footer { color: var(--soft); }
code, .mono { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
.finding { border-left: .35rem solid var(--warning); background: var(--card); padding: .6rem .9rem; margin: .6rem 0;
  border-radius: .25rem; break-inside: avoid; }
.finding.critical { border-color: var(--critical); }
.finding.calm { border-color: var(--calm); }
.finding h3 { font-size: 1rem; margin: 0; color: var(--warning); letter-spacing: .03em; }
.finding.critical h3 { color: var(--critical); }
.finding.calm h3 { color: var(--calm); }
.finding .next { display: block; margin-top: .3rem; padding: .3rem .5rem; border: 1px solid var(--line);
  border-radius: .25rem; background: var(--paper); white-space: pre-wrap; }
.sentence { font-weight: 600; }
figure { margin: 0 0 1rem; break-inside: avoid; }
figcaption { font-weight: 600; margin: .9rem 0 .3rem; }
figcaption .soft { font-weight: 400; }
svg { display: block; width: 100%; overflow: visible; }
svg text { fill: var(--soft); font-size: 12px; font-family: inherit; }
svg .halo { stroke: var(--paper); stroke-width: 4px; paint-order: stroke; }
.grid { stroke: var(--line); stroke-width: 1; }
.gap { fill: var(--line); opacity: .7; }
.hover { fill: transparent; }
.hover:hover { fill: var(--ink); opacity: .12; }
${LIGHT.map((_, i) => `.series${i} { fill: var(--series${i}); }`).join('\n')}
.rest { fill: var(--rest); }
.swatch { width: .8rem; height: .8rem; display: inline-block; vertical-align: -.05rem; margin-right: .45rem; }
.bar { fill: var(--series0); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .28rem .6rem .28rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 400; }
td.number, th.number { text-align: right; white-space: nowrap; padding-left: .6rem; padding-right: 0; }
.number + :not(.number) { padding-left: 1.4rem; }
td.wide { width: 45%; vertical-align: middle; }
tbody th { min-width: 9.5rem; }
td.name { min-width: 8rem; }
.scroll tbody th:first-child { position: sticky; left: 0; background: var(--paper); }
tr { break-inside: avoid; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--soft); }
@media (max-width: 40rem) { body { padding: .8rem; font-size: .95rem; } h2 { margin-top: 1.75rem; } td.wide { width: 30%; }
  tbody th { min-width: 6rem; } }
@media print {
  :root { color-scheme: light; ${LIGHT_COLOURS} }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .scroll { overflow: visible; }
  .finding, svg { print-color-adjust: exact; }
}
`;
