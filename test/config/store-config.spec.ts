import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';
import { ConfigError, type Variables } from '@tasks/service';

function store(variables: Variables) {
  return parseConfig(variables).store;
}

/** The connection string and the variable that set it. */
function mongodb(variables: Variables): string {
  const chosen = store(variables);
  return chosen.kind === 'mongo' ? `${chosen.uri} by ${chosen.chosenBy}` : chosen.kind;
}

function problem(variables: Variables): string {
  try {
    parseConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
  }
  return 'none';
}

describe('The store', () => {
  it('is the embedded one by default', () => {
    expect(store({ DATA_DIR: 'elsewhere' })).toEqual({
      kind: 'embedded',
      chosenBy: 'default',
      dataDir: resolve('elsewhere'),
    });
    expect(store({ MONGODB_DATABASE: 'mine' }).kind).toBe('embedded');
  });

  it('is the one named by STORE, regardless of other variables', () => {
    expect(store({ STORE: 'embedded', MONGO_HOST: 'db' })).toMatchObject({
      kind: 'embedded',
      chosenBy: 'STORE=embedded',
    });
    expect(store({ STORE: 'memory', MONGODB_URI: 'mongodb://db' })).toEqual({
      kind: 'memory',
      chosenBy: 'STORE=memory',
    });
    expect(mongodb({ STORE: 'mongo' })).toBe('mongodb://localhost:27017/ by STORE=mongo');
  });

  it('has the options of the MongoDB adapter', () => {
    expect(store({ MONGO_HOST: 'db', MONGO_SERVER_SELECTION_TIMEOUT_MS: '700' })).toEqual({
      kind: 'mongo',
      chosenBy: 'MONGO_HOST',
      namedBy: 'MONGO_HOST',
      uri: 'mongodb://db:27017/',
      place: 'db:27017',
      database: 'tasks-db',
      serverSelectionTimeoutMs: 700,
    });
  });
});

describe('The address of MongoDB', () => {
  it.each<[string, Variables]>([
    ['mongodb://db:27017/ by MONGO_HOST', { MONGO_HOST: 'db' }],
    ['mongodb://db:27018/ by MONGO_HOST', { MONGO_HOST: 'db', MONGO_PORT: '27018' }],
    ['mongodb://[::1]:27017/ by MONGO_HOST', { MONGO_HOST: '::1' }],
    ['mongodb://10.0.0.7:27017/ by MONGO_PORT_27017_TCP_ADDR', { MONGO_PORT_27017_TCP_ADDR: '10.0.0.7' }],
    ['mongodb://10.0.0.7:27017/ by MONGODB_PORT_27017_TCP_ADDR', { MONGODB_PORT_27017_TCP_ADDR: '10.0.0.7' }],
    [
      'mongodb://a:27017/ by MONGO_HOST',
      { MONGODB_PORT_27017_TCP_ADDR: 'c', MONGO_PORT_27017_TCP_ADDR: 'b', MONGO_HOST: 'a' },
    ],
    ['mongodb://b:1/ by MONGO_PORT_27017_TCP_ADDR', { MONGO_PORT_27017_TCP_ADDR: 'b', MONGO_PORT_27017_TCP_PORT: '1' }],
    [
      'mongodb://c:2/ by MONGODB_PORT_27017_TCP_ADDR',
      { MONGODB_PORT_27017_TCP_ADDR: 'c', MONGODB_PORT_27017_TCP_PORT: '2' },
    ],
    ['mongodb://10.0.0.5:27019/ by MONGO_PORT', { MONGO_PORT: 'tcp://10.0.0.5:27019' }],
    ['mongodb://[fd00::5]:27017/ by MONGO_PORT', { MONGO_PORT: 'tcp://[fd00::5]:27017' }],
    ['mongodb://db:27019/ by MONGO_HOST', { MONGO_HOST: 'db', MONGO_PORT: 'tcp://10.0.0.5:27019' }],
    ['mongodb://localhost:27018/ by MONGO_PORT', { MONGO_PORT: '27018' }],
    [
      'mongodb+srv://u:p%40@x.example/?w=1 by MONGODB_URI',
      { MONGODB_URI: 'mongodb+srv://u:p%40@x.example/?w=1', MONGO_HOST: 'db' },
    ],
  ])('is %s', (expected, variables) => {
    expect(mongodb(variables)).toBe(expected);
  });

  it.each([
    ['db.example:27017', 'mongodb://user:secret@db.example:27017/ours?authSource=admin'],
    ['a:1,b:2,c', 'mongodb://a:1,b:2,c/?replicaSet=rs0'],
    ['[::1]:27017', 'mongodb://[::1]:27017'],
  ])('is logged as %s, without credentials and options', (place, uri) => {
    expect(store({ MONGODB_URI: uri })).toMatchObject({ uri, place });
  });

  it.each<[string, Variables]>([
    ['tasks-db', { MONGODB_URI: 'mongodb://db' }],
    ['tasks-db', { MONGODB_URI: 'mongodb://db/' }],
    ['ours', { MONGODB_URI: 'mongodb://db/ours?w=1' }],
    ['mine', { MONGODB_URI: 'mongodb://db/ours', MONGODB_DATABASE: 'mine' }],
  ])('has the database %s for case %#', (database, variables) => {
    expect(store(variables)).toMatchObject({ database });
  });

  it.each([
    'mongo://user:secret@db',
    'mongodb://user:secret',
    'mongodb://user:sec/ret@db',
    'mongodb://user:se@cret@db',
    'mongodb://user:secret@db:port',
    'mongodb://user:secret@',
    'user:secret@db',
  ])('is rejected without showing it when it is like %j', (uri) => {
    const found = problem({ MONGODB_URI: uri });
    expect(found).toMatch(/^MONGODB_URI is not shown, since it may hold a password; it must be like mongodb:/);
    expect(found).not.toContain('secret');
  });

  it.each<[string, Variables]>([
    [
      'MONGO_HOST is "db:27017", it must be a host name or an IP address; for anything else use MONGODB_URI',
      { MONGO_HOST: 'db:27017' },
    ],
    [
      'MONGO_PORT is "x", it must be a port from 1 to 65535, or an address like tcp://10.0.0.5:27017',
      { MONGO_PORT: 'x' },
    ],
    [
      'MONGO_PORT is "tcp://db", it must be a port from 1 to 65535, or an address like tcp://10.0.0.5:27017',
      { MONGO_PORT: 'tcp://db' },
    ],
    [
      'MONGO_PORT is "0", it must be a port from 1 to 65535, or an address like tcp://10.0.0.5:27017',
      { MONGO_PORT: '0' },
    ],
    [
      'MONGODB_DATABASE is "a b", it must be at most 63 characters, none of / \\ . " $ * < > : | ? and blank',
      { MONGODB_DATABASE: 'a b' },
    ],
  ])('is rejected: %s', (expected, variables) => {
    expect(problem(variables)).toBe(expected);
  });
});
