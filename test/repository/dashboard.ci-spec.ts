import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { metricsIn, metricsOfTasks, metricsRead } from '../support/exported-metrics.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { describeWithPromtool, promtool } from '../support/promtool.js';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

function read(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

async function metricsOfGateway(): Promise<ReadonlySet<string>> {
  await using gateway = await GatewayProcess.start({ GATEWAY_STORE: 'memory', TASKS_SERVERS: '127.0.0.1:1' });
  return metricsIn(await (await fetch(`http://127.0.0.1:${String(gateway.httpPort)}/metrics`)).text());
}

const dashboards = [
  { name: 'tasks', exportedMetrics: metricsOfTasks },
  { name: 'gateway', exportedMetrics: metricsOfGateway },
];

function overlap(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe.each(dashboards)('The dashboard of $name', ({ name, exportedMetrics }) => {
  const dashboard = JSON.parse(read(`deploy/grafana/${name}-dashboard.json`)) as Dashboard;
  const expressions = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, expr })),
  );
  let exported: ReadonlySet<string>;
  beforeAll(async () => {
    exported = await exportedMetrics();
  });

  it('shows metrics that are exported, each by job and instance', () => {
    const known = new Set(['up', ...exported]);
    expect(expressions.length).toBeGreaterThan(20);
    for (const { title, expr } of expressions) {
      const metrics = metricsRead(expr);
      expect({ title, unknown: metrics.filter((metric) => !known.has(metric)) }).toEqual({ title, unknown: [] });
      expect(expr.match(/\{job=~"\$job",instance=~"\$instance"/g)).toHaveLength(metrics.length);
      expect(metrics.length).toBeGreaterThan(0);
    }
  });

  it('shows every metric that an operator acts on', () => {
    const shown = new Set(expressions.flatMap(({ expr }) => metricsRead(expr)));
    const ours = [...exported].filter((metric) => !/^(nodejs|process)_/.test(metric));
    expect(ours.filter((metric) => !shown.has(metric))).toEqual([]);
  });

  it('can be imported: variable data source, unique ids, no overlapping panels', () => {
    expect(dashboard.templating.list.map((variable) => variable.name)).toEqual(['datasource', 'job', 'instance']);
    const { panels } = dashboard;
    const sources = panels.flatMap(({ datasource, targets = [] }) => [
      ...(datasource === undefined ? [] : [datasource.uid]),
      ...targets.map((target) => target.datasource.uid),
    ]);
    expect(new Set(sources)).toEqual(new Set(['${datasource}']));
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const overlapping = panels.flatMap((a) => panels.filter((b) => a.id < b.id && overlap(a.gridPos, b.gridPos)));
    expect(overlapping).toEqual([]);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describeWithPromtool('The queries of the dashboards', () => {
  it.each(dashboards)('are valid PromQL: $name', ({ name }) => {
    const { panels } = JSON.parse(read(`deploy/grafana/${name}-dashboard.json`)) as Dashboard;
    const expressions = panels.flatMap(({ targets = [] }) => targets);
    const folder = mkdtempSync(join(tmpdir(), 'tasks-'));
    const file = join(folder, 'rules.json');
    const rules = expressions.map(({ expr }, i) => ({
      record: `panel:${String(i)}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(job|instance)/g, '.+'),
    }));
    try {
      // Every JSON file is a YAML file.
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
      expect(promtool('check', 'rules', file)).toMatchObject({ code: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
