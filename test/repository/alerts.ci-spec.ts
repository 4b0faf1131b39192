import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { metricsOfTasks, metricsRead } from '../support/exported-metrics.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { describeWithPromtool, promtool } from '../support/promtool.js';

const RULES = 'deploy/prometheus/alerts.yaml';
const RULE_TESTS = 'deploy/prometheus/alerts.test.yaml';
/** Created at every scrape. */
const BUILT_IN = 'up';

interface Alert {
  readonly name: string;
  readonly expression: string;
  readonly severity: string | undefined;
}

const alerts: readonly Alert[] = read(RULES)
  .split(/^ +- alert: /m)
  .slice(1)
  .map((text) => ({
    name: text.slice(0, text.indexOf('\n')),
    expression: /expr: (?:>\n)?((?:.|\n)*?)\n +(?:for|labels):/.exec(text)?.[1] ?? '',
    severity: /severity: (\w+)/.exec(text)?.[1],
  }));

function read(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

describe('Each alert', () => {
  let known: ReadonlySet<string>;
  beforeAll(async () => {
    known = new Set([BUILT_IN, ...(await metricsOfTasks())]);
  });

  it('is found', () => {
    expect(alerts.length).toBeGreaterThan(10);
    expect(alerts.length).toBe(read(RULES).match(/alert:/g)?.length);
  });

  it.each(alerts)('$name reads only exported metrics of the job, and has a severity', (alert) => {
    const metrics = metricsRead(alert.expression);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((name) => !known.has(name))).toEqual([]);
    expect(alert.expression.match(/\{/g)).toHaveLength(alert.expression.match(/\{job="tasks"/g)?.length ?? 0);
    expect(['page', 'ticket']).toContain(alert.severity);
  });

  it.each(alerts)('$name has a test in which it fires and one in which it does not', ({ name }) => {
    const tried = [...read(RULE_TESTS).matchAll(/alertname: (\w+)\n +exp_alerts:( \[\])?/g)];
    const expected = tried.filter(([, alert]) => alert === name).map(([, , none]) => none === undefined);
    expect(expected.sort()).toEqual([false, true]);
  });
});

describeWithPromtool('The alert rules', () => {
  it('are valid', () => {
    expect(promtool('check', 'rules', RULES)).toMatchObject({ code: 0 });
  });

  it('fire when they should and not otherwise', () => {
    expect(promtool('test', 'rules', RULE_TESTS)).toMatchObject({ code: 0 });
  });

  it('would be reported if they were wrong', () => {
    const folder = join(projectRoot, 'deploy/prometheus');
    const [broken, tests] = [join(folder, '.broken.yaml'), join(folder, '.broken.test.yaml')];
    try {
      writeFileSync(broken, read(RULES).replace('> 0.01', '> 0.5'));
      writeFileSync(tests, read(RULE_TESTS).replace('alerts.yaml', '.broken.yaml'));
      expect(promtool('test', 'rules', tests)).toMatchObject({
        code: 1,
        output: expect.stringContaining('TasksErrors'),
      });
    } finally {
      rmSync(broken, { force: true });
      rmSync(tests, { force: true });
    }
  });
});
