import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';
import { ConfigError, loadConfig, type Variables } from '@tasks/service';
import { LIMIT_NAMES, limitVariable } from '../../src/config/limit-variables.js';
import { LIMIT_RULES } from 'nestjs-thrift';
import { projectRoot } from '@tasks/testing/project-copy';

/** The errors of these variables, one sentence each. */
function problems(variables: Variables): readonly string[] {
  try {
    parseConfig(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('The configuration', () => {
  it('has a default for everything', () => {
    expect(parseConfig({})).toEqual({
      thrift: { host: '0.0.0.0', port: 6001, tls: undefined, limits: {} },
      ops: { host: '0.0.0.0', port: 6002 },
      store: { kind: 'embedded', chosenBy: 'default', dataDir: resolve('data') },
      workers: 1,
      drain: { delayMs: 0, timeoutMs: 10_000 },
      log: { level: 'info', format: undefined, accessLevel: 'debug' },
      tracing: undefined,
      warnings: [],
    });
  });

  it('uses set variables', () => {
    const variables = {
      THRIFT_HOST: '::1',
      THRIFT_PORT: '7001',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: '7002',
      STORE: 'memory',
      DRAIN_DELAY_MS: '3000',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'pretty',
      ACCESS_LOG: 'on',
    };
    expect(parseConfig(variables)).toEqual({
      thrift: { host: '::1', port: 7001, tls: undefined, limits: {} },
      ops: { host: '127.0.0.1', port: 7002 },
      store: { kind: 'memory', chosenBy: 'STORE=memory' },
      workers: 1,
      drain: { delayMs: 3_000, timeoutMs: 10_000 },
      log: { level: 'debug', format: 'pretty', accessLevel: 'info' },
      warnings: [],
    });
  });

  it('treats an empty variable as unset, and ignores surrounding blanks', () => {
    expect(parseConfig({ THRIFT_PORT: '', STORE: '  ', LOG_LEVEL: ' warn ' })).toEqual({
      ...parseConfig({}),
      log: { level: 'warn', format: undefined, accessLevel: 'debug' },
    });
  });

  it('disables HTTP', () => {
    expect(parseConfig({ HTTP_PORT: 'off' }).ops).toBeUndefined();
  });

  it('is deeply frozen', () => {
    const config = parseConfig({ MONGO_HOST: 'db' });
    const parts = [config, config.thrift, config.thrift.limits, config.ops, config.store, config.log];
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  it('reports all bad variables at once, each with its value and the allowed values', () => {
    const bad = { THRIFT_PORT: '65536', HTTP_PORT: 'on', STORE: 'redis', DRAIN_DELAY_MS: '-1', LOG_LEVEL: 'loud' };
    expect(problems(bad)).toEqual([
      'THRIFT_PORT is "65536", it must be a whole number from 0 to 65535',
      'HTTP_PORT is "on", it must be a whole number from 0 to 65535, or off',
      'STORE is "redis", it must be one of auto, mongo, embedded, memory',
      'DRAIN_DELAY_MS is "-1", it must be a whole number from 0 to 3600000',
      'LOG_LEVEL is "loud", it must be one of trace, debug, info, warn, error, fatal, silent',
    ]);
  });

  it.each(['1e3', '0x10', '1.5', ' 12 34', '１２', '9'.repeat(20), 'NaN'])('rejects %j as a number', (text) => {
    expect(problems({ THRIFT_PORT: text })).toHaveLength(1);
  });

  it('rejects one port for both listeners, but not any free port for both', () => {
    expect(problems({ HTTP_PORT: '6001' })).toEqual([
      'THRIFT_PORT and HTTP_PORT are both 6001, they must differ; HTTP_PORT=off for no HTTP',
    ]);
    expect(problems({ THRIFT_PORT: '0', HTTP_PORT: '0' })).toEqual([]);
  });
});

describe('The limits of the transport', () => {
  it.each([
    ['maxMessageBytes', 'THRIFT_MAX_MESSAGE_BYTES'],
    ['idleTimeoutMs', 'THRIFT_IDLE_TIMEOUT_MS'],
    ['drainTimeoutMs', 'DRAIN_TIMEOUT_MS'],
  ] as const)('%s is %s', (limit, variable) => {
    expect(limitVariable(limit)).toBe(variable);
  });

  it.each(LIMIT_NAMES)('%s has a variable with its range', (limit) => {
    const variable = limitVariable(limit);
    const { min, max } = LIMIT_RULES[limit];
    expect(parseConfig({ [variable]: String(min) }).thrift.limits).toEqual({ [limit]: min });
    const allowed = `it must be a whole number from ${String(min)} to ${String(max)}`;
    expect(problems({ [variable]: String(max + 1) })).toEqual([`${variable} is "${String(max + 1)}", ${allowed}`]);
  });
});

describe('TLS', () => {
  const fixtures = join(projectRoot, 'packages/nestjs-thrift/test/client/tls');
  const [certFile, keyFile] = [join(fixtures, 'localhost-cert.pem'), join(fixtures, 'localhost-key.pem')];
  const pair = { THRIFT_TLS_CERT: certFile, THRIFT_TLS_KEY: keyFile };
  const folder = mkdtempSync(join(tmpdir(), 'tasks-tls-'));

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function fileWith(content: string | Buffer): string {
    const file = join(folder, 'a file');
    writeFileSync(file, content);
    return file;
  }

  it('accepts certificate and key, optionally with authorities', () => {
    expect(parseConfig(pair).thrift.tls).toEqual({ certFile, keyFile });
    expect(parseConfig({ ...pair, THRIFT_TLS_CA: certFile }).thrift.tls).toEqual({
      certFile,
      keyFile,
      caFile: certFile,
    });
  });

  it('accepts a certificate with surrounding text and its chain', () => {
    const cert = readFileSync(certFile, 'utf8');
    const file = fileWith(`Certificate:\n    Data:\n${cert}\n${cert}`);
    expect(problems({ ...pair, THRIFT_TLS_CERT: file })).toEqual([]);
  });

  it.each([{ THRIFT_TLS_CERT: certFile }, { THRIFT_TLS_KEY: keyFile }, { THRIFT_TLS_CA: certFile }])(
    'rejects an incomplete set-up, which would listen without encryption',
    (half) => {
      expect(problems(half)).toEqual([
        'THRIFT_TLS_CERT and THRIFT_TLS_KEY must be set together, and THRIFT_TLS_CA only with them',
      ]);
    },
  );

  it('rejects a missing file', () => {
    const missing = join(folder, 'missing');
    expect(problems({ THRIFT_TLS_CERT: missing, THRIFT_TLS_KEY: keyFile })).toEqual([
      `THRIFT_TLS_CERT is "${missing}", it must be the path of a PEM file that can be read (${missing} can't)`,
    ]);
  });

  it.each(['no PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'rejects a file with other content: %j',
    (content) => {
      const file = fileWith(content);
      const allowed = (what: string): string => `it must be the path of a PEM file with a ${what} (${file} has none)`;
      expect(problems({ THRIFT_TLS_CERT: file, THRIFT_TLS_KEY: file, THRIFT_TLS_CA: file })).toEqual([
        `THRIFT_TLS_CERT is "${file}", ${allowed('certificate')}`,
        `THRIFT_TLS_KEY is "${file}", ${allowed('private key without a passphrase')}`,
        `THRIFT_TLS_CA is "${file}", ${allowed('certificate')}`,
      ]);
    },
  );

  it('rejects a certificate in another form than PEM, which TLS does not accept', () => {
    const file = fileWith(new X509Certificate(readFileSync(certFile)).raw);
    expect(problems({ ...pair, THRIFT_TLS_CERT: file })).toHaveLength(1);
  });

  it('rejects the key of another certificate', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const file = fileWith(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(problems({ ...pair, THRIFT_TLS_KEY: file })).toEqual([
      'THRIFT_TLS_KEY is not the key of the certificate in THRIFT_TLS_CERT',
    ]);
  });
});

describe('Unknown variables', () => {
  it.each([
    ['THRIFT_MAX_DEPHT', 'did you mean THRIFT_MAX_DEPTH?'],
    ['THRIFT_MAX_CONNECTION', 'did you mean THRIFT_MAX_CONNECTIONS?'],
    ['THRIFT_TLS_CERTIFICATE', 'docs/configuration.md lists all variables'],
    ['THRIFT_COLOUR', 'docs/configuration.md lists all variables'],
  ])('are reported with the most similar known one: %s', (name, advice) => {
    expect(parseConfig({ [name]: '1' }).warnings).toEqual([`${name} is unknown and ignored: ${advice}`]);
  });

  it.each([
    { THRIFT_MAX_DEPTH: '10', THRIFT_HOST: '::1', DRAIN_TIMEOUT_MS: '1', MAX_DEPTH: '1' },
    {
      THRIFT_PROXY_SERVICE_HOST: '10.0.0.1',
      THRIFT_PROXY_PORT: 'tcp://10.0.0.1:80',
      THRIFT_PROXY_PORT_80_TCP_PORT: '80',
    },
  ])('are ignored if they belong to others, like those that Kubernetes injects: %j', (variables) => {
    expect(parseConfig(variables).warnings).toEqual([]);
  });
});

describe('Loading', () => {
  it('provides the configuration to Nest', async () => {
    const { config, configModule } = await loadConfig(parseConfig, { STORE: 'memory' });
    expect(config.store).toEqual({ kind: 'memory', chosenBy: 'STORE=memory' });
    expect(configModule.global).toBe(true);
  });

  it('rejects with all errors', async () => {
    await expect(loadConfig(parseConfig, { STORE: 'x', THRIFT_PORT: 'y' })).rejects.toThrow(
      'Bad configuration:\n  THRIFT_PORT is "y", it must be a whole number from 0 to 65535\n  STORE is "x"',
    );
  });
});
