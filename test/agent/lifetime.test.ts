import { expect, test } from 'vitest';
import { Agent, CREATED, sleep } from './agent.ts';

test('at the end of its lifetime the charts are gone, and the agent does not start the plugin again', async () => {
  const agent = await Agent.start({ options: '--lifetime 3' });
  try {
    await agent.chart(CREATED);
    const bornPid = agent.pluginPid;
    expect(bornPid).toBeGreaterThan(0);
    await agent.until('the charts are gone', async () => {
      const ids = Object.keys(await agent.charts());
      return !ids.includes(CREATED) && !ids.includes('netdata.ebpf_processes_completeness');
    });
    await agent.until('the plugin is gone', async () => agent.pluginPid === undefined);
    // After an end that is none, the agent would start it again within a second.
    await sleep(4_000);
    expect(agent.pluginPid).toBeUndefined();
    expect(agent.errors).not.toMatch(/: ebpf-processes\.plugin ERROR/);
  } finally {
    await agent.stop();
  }
});
