import { describe, expect, test } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import { ConfigError } from '@tasks/service';
import { parseConfig } from '../../src/config/config.js';

describe('configuration', () => {
  test('has defaults for everything', () => {
    expect(parseConfig({})).toMatchObject({
      http: { host: '0.0.0.0', port: 8080 },
      ops: { host: '0.0.0.0', port: 8081 },
      publicUrl: undefined,
      hsts: 'on',
      accounts: { isSignUpOpen: true, passwordMinLength: 15, sessionIdleDays: 14, sessionMaxDays: 30 },
      tasks: { servers: 'localhost:6001', tls: undefined },
      store: { kind: 'embedded', chosenBy: 'default' },
      trustedProxies: [],
      drain: { delayMs: 0, timeoutMs: 10_000 },
      warnings: [],
    });
  });

  test('reports every bad variable at once', () => {
    const bad = {
      GATEWAY_PORT: '70000',
      GATEWAY_OPS_PORT: 'never',
      PUBLIC_URL: 'https://tasks.example/path',
      HSTS: 'maybe',
      SIGN_UP: 'sometimes',
      PASSWORD_MIN_LENGTH: '7',
      TASKS_SERVERS: 'tasks',
      TASKS_TLS_CA: '/nowhere/ca.pem',
      TRUSTED_PROXIES: '10.0.0.0/8, everywhere',
      GATEWAY_STORE: 'paper',
      GATEWAY_REQUESTS_PER_ACCOUNT: '-1',
      LOG_LEVEL: 'loud',
    };
    let problems: readonly string[] = [];
    try {
      parseConfig(bad);
    } catch (error) {
      if (error instanceof ConfigError) problems = error.problems;
    }
    for (const name of Object.keys(bad)) {
      expect(problems.filter((problem) => problem.startsWith(`${name} `))).toHaveLength(1);
    }
    expect(problems).toHaveLength(Object.keys(bad).length);
  });

  test.each([
    'https://alice:hunter2@tasks.example',
    'alice:hunter2@tasks.example',
    'https://alice:hunter2@tasks.example/a',
  ])('a PUBLIC_URL that may hold a password is not shown: %s', (PUBLIC_URL) => {
    const parse = (): unknown => parseConfig({ PUBLIC_URL });
    expect(parse).toThrow('PUBLIC_URL is not shown, since it may hold a password; it must be like https://');
    expect(parse).not.toThrow('hunter2');
  });

  test('any other bad PUBLIC_URL is shown, and a good one is taken', () => {
    const bad = { PUBLIC_URL: 'tasks.example' };
    expect(() => parseConfig(bad)).toThrow('PUBLIC_URL is "tasks.example", it must be like https://');
    expect(parseConfig({ PUBLIC_URL: 'https://tasks.example:8443' }).publicUrl?.origin).toBe(
      'https://tasks.example:8443',
    );
  });

  test('a client certificate is passed on by its path, and what is none is reported', () => {
    using certificates = new Certificates();
    const { certFile, keyFile } = certificates.issue('gateway', 'gateway');
    const files = { TASKS_TLS_CERT: certFile, TASKS_TLS_KEY: keyFile };
    expect(parseConfig(files).tasks.tls).toEqual({ caFile: undefined, certFile, keyFile });
    expect(() => parseConfig({ ...files, TASKS_TLS_CERT: keyFile })).toThrow(
      'it must be the path of a PEM file with a certificate',
    );
  });

  test.each([
    ['tasks:6001', 'tasks:6001'],
    ['tasks-0:6001, tasks-1:6001 ,[::1]:7', ['tasks-0:6001', 'tasks-1:6001', '[::1]:7']],
  ])('TASKS_SERVERS may be one name or several servers: %s', (TASKS_SERVERS, servers) => {
    expect(parseConfig({ TASKS_SERVERS }).tasks.servers).toEqual(servers);
  });

  test.each(['tasks', 'tasks:0', 'a:1,', 'a:1,,b:2', 'a:1 b:2', 'thrift://a:1'])('TASKS_SERVERS is never %s', (bad) => {
    expect(() => parseConfig({ TASKS_SERVERS: bad })).toThrow(
      `TASKS_SERVERS is "${bad}", it must be host:port, or several of them with commas, like localhost:6001`,
    );
  });

  test.each(['0.0.0.0/0', '::/0', '010.0.0.1', '10.0.0.0/8/8', '10.0.0.0/'])(
    'rejects %s as the network of a proxy',
    (TRUSTED_PROXIES) => {
      expect(() => parseConfig({ TRUSTED_PROXIES })).toThrow('TRUSTED_PROXIES');
    },
  );

  test('quotes what is no network of a proxy, also an empty one', () => {
    expect(() => parseConfig({ TRUSTED_PROXIES: '10.0.0.1,,x' })).toThrow('with commas (not "", "x")');
  });

  test('accepts addresses and networks of proxies', () => {
    const networks = ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'];
    expect(parseConfig({ TRUSTED_PROXIES: networks.join(', ') }).trustedProxies).toEqual(networks);
  });

  test.each(['SIGN_UPS', 'TRUSTED_PROXYS', 'PUBLIC_URI', 'DRAIN_DELAY'])('warns of the unknown variable %s', (name) => {
    expect(parseConfig({ [name]: '1' }).warnings).toEqual([expect.stringContaining(`${name} is unknown and ignored`)]);
  });

  test.each(['GATEWAY_PORT', 'GATEWAY_OPS_PORT'])('%s as Kubernetes injects it counts as unset', (name) => {
    const { http, ops } = parseConfig({ [name]: 'tcp://10.0.0.5:80' });
    expect([http.port, ops?.port]).toEqual([8080, 8081]);
  });

  test('the same port for both listeners is an error, except any free port', () => {
    expect(() => parseConfig({ GATEWAY_PORT: '8081' })).toThrow('GATEWAY_PORT and GATEWAY_OPS_PORT');
    expect(parseConfig({ GATEWAY_PORT: '0', GATEWAY_OPS_PORT: '0' }).ops?.port).toBe(0);
    expect(parseConfig({ GATEWAY_OPS_PORT: 'off' }).ops).toBeUndefined();
  });

  test('a session cannot be idle for longer than its lifetime', () => {
    expect(() => parseConfig({ SESSION_IDLE_DAYS: '31' })).toThrow('SESSION_IDLE_DAYS');
  });

  test.each([
    [{ MONGO_HOST: 'mongo' }, { kind: 'mongo', place: 'mongo:27017', database: 'gateway-db' }],
    [{ MONGODB_URI: 'mongodb://m/tasks-db' }, { kind: 'mongo', database: 'gateway-db', uri: 'mongodb://m/tasks-db' }],
    [{ GATEWAY_MONGODB_URI: 'mongodb://m/own' }, { kind: 'mongo', database: 'own' }],
    [{ GATEWAY_MONGODB_URI: 'mongodb://m/own', GATEWAY_MONGODB_DATABASE: 'other' }, { database: 'other' }],
    [
      { MONGO_HOST: 'mongo', GATEWAY_STORE: 'embedded' },
      { kind: 'embedded', chosenBy: 'GATEWAY_STORE=embedded' },
    ],
  ])('%j keeps accounts in %j', (variables, store) => {
    expect(parseConfig(variables).store).toMatchObject(store);
  });

  test('a misspelt variable is reported with a suggestion', () => {
    expect(parseConfig({ GATEWAY_PROT: '1' }).warnings).toEqual([
      expect.stringContaining('did you mean GATEWAY_PORT?'),
    ]);
    expect(parseConfig({ REQUESTS_CA_BUNDLE: '/ca', GATEWAY_SERVICE_HOST: '10.0.0.5' }).warnings).toEqual([]);
  });
});
