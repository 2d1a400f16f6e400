import { describe, expect, test } from 'vitest';
import { explainOldNode } from '../../src/cli/start.ts';

describe('a Node.js that is too old', () => {
  test.each(['18.20.4', '20.18.3', '8.17.0'])(
    '%s is too old, and the error says what is needed',
    (version) => {
      expect(String(explainOldNode('ebpf-processes', version, '20.19'))).toBe(
        `error: ebpf-processes needs Node.js 20.19 or later, this is ${version}\n` +
          'hint: install one from https://nodejs.org; in a clone, sudo scripts/once brings its own',
      );
    },
  );

  test.each(['20.19.0', '20.20.2', '22.1.0', '100.0.0', '27.0.0-nightly'])(
    '%s is new enough',
    (version) => {
      expect(explainOldNode('ebpf-processes', version, '20.19')).toBeUndefined();
    },
  );
});
