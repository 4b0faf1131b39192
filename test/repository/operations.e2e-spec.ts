import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { operationsPage } from '../support/operations-page.js';
import { describeWithPromtool, promtool } from '../support/promtool.js';
import { variablesRead } from '../support/variables-read.js';

/** Variables that OpenTelemetry's SDK reads itself. */
const VARIABLES_OF_OPENTELEMETRY = [
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_EXPORTER_OTLP_CERTIFICATE',
];
/** The example for Kubernetes sets them. */
const VARIABLES_OF_THE_GATEWAY = ['PUBLIC_URL', 'TRUSTED_PROXIES'];
const ERRORS_OF_THRIFT = ['INTERNAL_ERROR', 'UNKNOWN_METHOD'];

describe('The variables that docs/operations.md names', () => {
  // A name that ends in `…` or `*` covers several.
  const named = [...new Set(operationsPage.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b(?!_)/g))];

  it('are found', () => {
    expect(named).toEqual(expect.arrayContaining(['MONGODB_URI', 'DRAIN_DELAY_MS', 'THRIFT_TLS_CERT']));
  });

  it('are read by the service, or by OpenTelemetry', () => {
    const known = new Set([
      ...variablesRead(),
      ...VARIABLES_OF_OPENTELEMETRY,
      ...VARIABLES_OF_THE_GATEWAY,
      ...ERRORS_OF_THRIFT,
    ]);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describeWithPromtool('The scrape example of docs/operations.md', () => {
  const [, example = ''] = /```yaml\n(scrape_configs:\n[^`]*)```/.exec(operationsPage) ?? [];

  // Debian's promtool has no Kubernetes service discovery.
  const discovery = '    kubernetes_sd_configs:\n      - role: pod\n';

  it('is a valid Prometheus configuration, with the job of the alerts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tasks-'));
    const file = join(folder, 'prometheus.yml');
    try {
      expect(example).toContain(discovery);
      writeFileSync(file, example.replace(discovery, ''));
      expect(promtool('check', 'config', file)).toMatchObject({ code: 0 });
      writeFileSync(file, example.replace(discovery, '').replace('action: keep', 'action: retain'));
      expect(promtool('check', 'config', file)).toMatchObject({ code: 1 });
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(example).toContain('job_name: tasks\n');
  });
});
