import type { Environment } from './environment.js';

/** Destination of traces. OpenTelemetry's SDK reads its other variables itself. */
export interface TracingConfig {
  /** Address that receives spans by OTLP, as protobuf over HTTP. */
  readonly url: string;
}

const PROTOCOL = 'OTEL_EXPORTER_OTLP_PROTOCOL';
const SPOKEN = 'http/protobuf';
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES_ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const SWITCHES = ['true', 'false'] as const;

/** Reads the destination of traces, by OpenTelemetry's specification; undefined when tracing is off. */
export function readTracingConfig(environment: Environment): TracingConfig | undefined {
  const base = readUrl(environment, ENDPOINT);
  const own = readUrl(environment, TRACES_ENDPOINT);
  const isDisabled = environment.choice('OTEL_SDK_DISABLED', SWITCHES) === 'true';
  const protocol = environment.text(PROTOCOL) ?? SPOKEN;
  if (isDisabled || (base === undefined && own === undefined)) return undefined;
  // With another protocol the SDK would still use HTTP, and every trace would be lost.
  if (protocol !== SPOKEN) environment.reject(PROTOCOL, protocol, `${SPOKEN}, and the endpoint one that speaks it`);
  return { url: own ?? `${String(base).replace(/\/$/, '')}/v1/traces` };
}

function readUrl(environment: Environment, name: string): string | undefined {
  const text = environment.text(name);
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return text;
  const shown = text.replace(/\/\/.*@/, '//***@');
  environment.reject(name, shown, 'an address like http://collector:4318');
  return undefined;
}
