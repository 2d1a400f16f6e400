import { expect, test } from 'vitest';
import { EndingsChart } from '../../src/netdata/endings-chart.ts';
import { AgentModel } from './agent-model.ts';

const ID = 'system.ebpf_processes_endings';
const counts = (crashed: number) => ({ crashed, killed: 0, failed: 0 });

test('what was counted in a gap is not drawn behind it', () => {
  const chart = new EndingsChart(1);
  const agent = new AgentModel();
  agent.take(chart.render(counts(5), undefined));
  agent.take(chart.render(counts(7), 1_000_000));
  agent.take(chart.renderGap(counts(40), 1_000_000));
  agent.take(chart.render(counts(41), 1_000_000));
  expect(agent.drawn(ID, 'crashed').slice(-3)).toEqual([2, null, 1]);
});

test('a chart that was not declared becomes neither a gap nor obsolete', () => {
  const chart = new EndingsChart(1);
  expect(chart.renderGap(counts(1), 1_000_000) + chart.renderObsolete()).toBe('');
});
