import { describe, expect, it } from '@jest/globals';
import { AppProcess, type Variables } from '../support/app.js';

/** Prints, at SIGUSR2, the packages of all CommonJS modules loaded by the process. */
const SPY = `
import { createRequire } from 'node:module';
process.on('SIGUSR2', () => {
  const files = Object.keys(createRequire(import.meta.url).cache);
  const names = files.map((file) => /.*node_modules.((?:@[^/]+.)?[^/]+)/.exec(file)?.[1]);
  console.log('LOADED ' + [...new Set(names)].join(' ') + ' END');
});
`.replace('import.meta.url', JSON.stringify(import.meta.url));

async function loadedPackages(variables: Variables, use?: (app: AppProcess) => Promise<unknown>): Promise<string[]> {
  const preload = `--import=data:text/javascript,${encodeURIComponent(SPY)}`;
  await using app = await AppProcess.start({ NODE_OPTIONS: preload, ...variables });
  await use?.(app);
  app.signal('SIGUSR2');
  const [, names = ''] = await app.printed(/LOADED (.*) END/);
  return names.split(' ');
}

describe('The start', () => {
  it('loads nothing before it is needed, since loading takes most of the time', async () => {
    const loaded = await loadedPackages({ STORE: 'memory', HTTP_PORT: '0' });
    expect(loaded).toEqual(expect.arrayContaining(['rxjs', 'pino', 'class-validator', 'fastify']));
    const idle = [
      'mongoose',
      'mongodb',
      'validator',
      'libphonenumber-js',
      'pino-pretty',
      'prom-client',
      'ajv',
      'commander',
    ];
    expect(loaded.filter((name) => idle.includes(name))).toEqual([]);
  });

  it('loads OpenTelemetry only if traces are enabled', async () => {
    const off = await loadedPackages({ STORE: 'memory', HTTP_PORT: '0' });
    expect(off.filter((name) => name.startsWith('@opentelemetry/'))).toEqual([]);
    const on = await loadedPackages({ STORE: 'memory', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    expect(on).toContain('@opentelemetry/api');
  });

  it('loads HTTP if enabled, MongoDB if chosen, and metrics at the first request', async () => {
    expect(await loadedPackages({ STORE: 'memory', HTTP_PORT: 'off' })).not.toContain('fastify');
    expect(await loadedPackages({ MONGO_HOST: '127.0.0.1', MONGO_PORT: '1' })).toContain('mongoose');
    const metrics = (app: AppProcess): Promise<unknown> => app.get('/metrics');
    expect(await loadedPackages({ STORE: 'memory', HTTP_PORT: '0' }, metrics)).toContain('prom-client');
  });
});
