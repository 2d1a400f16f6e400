import { expect, test } from 'vitest';
import { html } from '../../../src/report/html/markup.ts';
import { printable } from '../../../src/report/page-table.ts';
import { anyText } from '../../any-text.ts';
import { fc } from '../../property.ts';

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' } as const;

test('any text stands as itself in an element and in an attribute', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const page = html`<p title="${text}">${text}</p>`.text;
      const [, title = '', content] = /^<p title="([^"<>']*)">([^"<>']*)<\/p>$/.exec(page) ?? [];
      expect(content).toBe(title);
      const read = title.replace(
        /&(lt|gt|quot|#39|amp);/g,
        (entity) => ENTITIES[entity as keyof typeof ENTITIES],
      );
      expect(read).toBe(printable(text));
    }),
  );
});

test('what is made by it is put in as it is, and lists one after the other', () => {
  const parts = ['a', 2, html`<b>${'<'}</b>`, [html`<i></i>`]];
  expect(html`<p>${parts}${''}</p>`.text).toBe('<p>a2<b>&lt;</b><i></i></p>');
});
