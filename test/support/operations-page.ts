import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@tasks/testing/project-copy';

/** The text of docs/operations.md. */
export const operationsPage = readFileSync(join(projectRoot, 'docs/operations.md'), 'utf8');

/** A row of its table of metrics. */
export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const ROW = /^\| `(\w+)` \| (counter|gauge|histogram) \| ?([^|]*) ?\|/gm;

/** The documented metrics. */
export const documentedMetrics: readonly DocumentedMetric[] = [...operationsPage.matchAll(ROW)].map(
  ([, name = '', type = '', labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
  }),
);

const HISTOGRAMS = documentedMetrics.filter(({ type }) => type === 'histogram').map(({ name }) => name);

/** The metrics that a PromQL expression reads: `_bucket`, `_sum` and `_count` belong to their histogram. */
export function metricsIn(expression: string, histogramNames: readonly string[] = HISTOGRAMS): string[] {
  const histograms = new Set(histogramNames);
  return [...expression.matchAll(/([a-z_:][\w:]*)\s*\{/gi)].map(([, name = '']) => {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    return histograms.has(base) ? base : name;
  });
}
