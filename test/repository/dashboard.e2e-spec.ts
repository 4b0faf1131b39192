import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { documentedMetrics, metricsIn } from '../support/operations-page.js';
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

const dashboard = JSON.parse(
  readFileSync(join(projectRoot, 'deploy/grafana/tasks-dashboard.json'), 'utf8'),
) as Dashboard;
const expressions = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

/** Whether two panels lie on one another. */
function overlap(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe('The dashboard', () => {
  it('shows metrics that are documented, each by job and instance', () => {
    const known = new Set(['up', ...documentedMetrics.map(({ name }) => name)]);
    expect(expressions.length).toBeGreaterThan(20);
    for (const { title, expr } of expressions) {
      const metrics = metricsIn(expr);
      expect({ title, unknown: metrics.filter((name) => !known.has(name)) }).toEqual({ title, unknown: [] });
      expect(expr.match(/\{job=~"\$job",instance=~"\$instance"/g)).toHaveLength(metrics.length);
      expect(metrics.length).toBeGreaterThan(0);
    }
  });

  it('shows every metric that an operator acts on', () => {
    const shown = new Set(expressions.flatMap(({ expr }) => metricsIn(expr)));
    const ours = documentedMetrics.map(({ name }) => name).filter((name) => !/^(nodejs|process)_/.test(name));
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('can be imported anywhere: its data source is chosen, its panels have ids of their own and lie side by side', () => {
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance']);
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

describeWithPromtool('The queries of the dashboard', () => {
  it('are valid PromQL', () => {
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
