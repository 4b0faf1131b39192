import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { describeWithPromtool, promtool } from '../../../test/support/promtool.js';
import { metricsIn } from '../../../test/support/exported-metrics.js';
import { TestGateway } from '../support/test-gateway.js';

const RULES = 'deploy/prometheus/gateway-alerts.yaml';
const rules = readFileSync(join(projectRoot, RULES), 'utf8');
const RULE_TESTS = 'deploy/prometheus/gateway-alerts.test.yaml';
const trials = readFileSync(join(projectRoot, RULE_TESTS), 'utf8');
const alerts = rules
  .split(/^ +- alert: /m)
  .slice(1)
  .map((text) => ({ name: text.slice(0, text.indexOf('\n')), severity: /severity: (\w+)/.exec(text)?.[1] }));

describe('alerts of the gateway', () => {
  test.each(alerts)('$name has a test in which it fires and one in which it does not', ({ name }) => {
    const tried = [...trials.matchAll(/alertname: (\w+)\n +exp_alerts:( \[\])?/g)];
    const expected = tried.filter(([, alert]) => alert === name).map(([, , none]) => none === undefined);
    expect(expected.sort()).toEqual([false, true]);
  });

  test('read exported metrics, and have a severity', async () => {
    const gateway = await TestGateway.start({ GATEWAY_OPS_HOST: '127.0.0.1', GATEWAY_OPS_PORT: '0' });
    const exported = metricsIn(await (await fetch(`http://127.0.0.1:${String(gateway.opsPort)}/metrics`)).text());
    await gateway.stop();
    const read = [...rules.matchAll(/\b(\w+)\{job="gateway"/g)].map(([, name = '']) =>
      name.replace(/_(bucket|count)$/, ''),
    );
    expect(read.filter((name) => name !== 'up' && !exported.has(name))).toEqual([]);
    expect(
      alerts.map(({ severity }) => severity).filter((severity) => !/^(page|ticket)$/.test(severity ?? '')),
    ).toEqual([]);
    expect(alerts.length).toBe(13);
  });
});

describeWithPromtool('rules of the gateway', () => {
  test('are valid', () => {
    expect(promtool('check', 'rules', RULES)).toMatchObject({ code: 0 });
  });

  test('fire when they should and not otherwise', () => {
    expect(promtool('test', 'rules', RULE_TESTS)).toMatchObject({ code: 0 });
  });
});
