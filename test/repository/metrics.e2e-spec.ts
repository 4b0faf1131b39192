import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseSchema } from 'nestjs-thrift';
import { AppProcess, TestApp } from '../support/app.js';
import { documentedMetrics, operationsPage, type DocumentedMetric } from '../support/operations-page.js';
import { projectRoot } from '@tasks/testing/project-copy';

let app: TestApp;
let exported: string;

beforeAll(async () => {
  app = await TestApp.start({ HTTP_PORT: '0' });
  const tasks = app.client();
  await tasks.add({ userId: 'alice' });
  await tasks.add({}).catch(() => undefined);
  const strange = parseSchema('service Tasks { void drop() }', 'other.thrift');
  const other = app.client({ idl: strange }) as unknown as { drop(): Promise<void> };
  await other.drop().catch(() => undefined);
  exported = await (await app.get('/metrics')).text();
});

afterAll(() => app.stop());

/** The labels of each metric's samples, without the bounds of buckets. */
function labelsOf(name: string): Set<string> {
  const samples = [...exported.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\}`, 'gm'))];
  const labels = samples.flatMap(([, text = '']) => [...text.matchAll(/(\w+)="/g)].map(([, label = '']) => label));
  return new Set(labels.filter((label) => label !== 'le'));
}

function documentsFor(service: 'one process' | 'workers'): DocumentedMetric[] {
  return documentedMetrics.filter(({ name }) => service === 'workers' || !/^service_worker/.test(name));
}

function typesOf(metrics: readonly DocumentedMetric[]): string[] {
  return metrics.map(({ name, type }) => `${name} ${type}`).sort();
}

function exportedTypes(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\w+ \w+)$/gm)].map(([, type = '']) => type).sort();
}

describe('The metrics of docs/operations.md', () => {
  it('are exactly the exported ones, with their types', () => {
    expect(typesOf(documentsFor('one process'))).toEqual(exportedTypes(exported));
  });

  it('are exactly those of a service of two workers', async () => {
    await using service = await AppProcess.start({
      MONGO_HOST: '127.0.0.1',
      MONGO_PORT: '1',
      WORKERS: '2',
      HTTP_PORT: '0',
    });
    const text = await (await service.get('/metrics')).text();
    expect(typesOf(documentsFor('workers'))).toEqual(exportedTypes(text));
  });

  it('have the labels that are exported', () => {
    const labels = documentsFor('one process').map(({ name, labels }) => [name, [...labels].sort()]);
    const seen = documentsFor('one process').map(({ name, labels }) => {
      const found = labelsOf(name);
      // There may have been no garbage collection and no concurrent request yet.
      return [name, found.size === 0 && /^nodejs_(gc|active)_/.test(name) ? [...labels].sort() : [...found].sort()];
    });
    expect(labels).toEqual(seen);
  });

  it('explain every reason of a rejection', () => {
    const events = readFileSync(join(projectRoot, 'packages/nestjs-thrift/src/server/events.ts'), 'utf8');
    const [union = ''] = /type RejectionReason =[^;]*;/.exec(events) ?? [];
    const reasons = [...union.matchAll(/'([\w-]+)'/g)].map(([, reason = '']) => reason);
    expect(reasons).toContain('overloaded');
    const [section = ''] = /### TasksRejections\n[^#]*(?:#(?!#)[^#]*)*/.exec(operationsPage) ?? [];
    expect(reasons.filter((reason) => !section.includes(`\`${reason}\``))).toEqual([]);
  });
});
