import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const collector = { [ENDPOINT]: 'http://collector:4318' };

describe('The destination of traces', () => {
  it('is undefined when unset, or when OpenTelemetry is disabled', () => {
    expect(parseConfig({}).tracing).toBeUndefined();
    expect(parseConfig({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).tracing).toBeUndefined();
    expect(parseConfig({ ...collector, OTEL_SDK_DISABLED: 'true' }).tracing).toBeUndefined();
  });

  it.each([
    ['http://collector:4318', 'http://collector:4318/v1/traces'],
    ['https://collector/otlp/', 'https://collector/otlp/v1/traces'],
  ])('is a path under the endpoint: %s', (endpoint, url) => {
    expect(parseConfig({ [ENDPOINT]: endpoint }).tracing).toEqual({ url });
  });

  it('is the endpoint for traces if set, unchanged', () => {
    const variables = { ...collector, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:4318/in' };
    expect(parseConfig(variables).tracing).toEqual({ url: 'http://traces:4318/in' });
  });

  it.each([
    [{ [ENDPOINT]: 'collector:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4317", it must be an address like'],
    [{ [ENDPOINT]: 'grpc://me:hunter2@collector' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is "grpc://***@collector"'],
    [
      { ...collector, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc", it must be http/protobuf',
    ],
    [{ OTEL_SDK_DISABLED: 'yes' }, 'OTEL_SDK_DISABLED is "yes", it must be one of true, false'],
  ])('is rejected with a message: %j', (variables, problem) => {
    expect(() => parseConfig(variables)).toThrow(problem);
  });
});
