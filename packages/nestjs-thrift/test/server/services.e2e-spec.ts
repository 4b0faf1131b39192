import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import { ThriftMethod } from '../../src/nest/decorators.js';
import { parseSchema } from '../../src/idl/load-schema.js';
import type { Schema } from '../../src/schema.js';
import { ThriftServer } from '../../src/nest/thrift-server.js';
import { rejectionOf } from '../client/probe-client.js';
import { TestServer, withThriftServer } from '../support/thrift-server.js';

const files: Readonly<Record<string, string>> = {
  'labels.thrift': 'service Roots { string root() } service Labels extends Roots { string get(1: string id) }',
  'others.thrift': 'service Labels { string find() }',
};
const parse = (text: string): Schema => parseSchema(text, 'main.thrift', { include: (path) => files[path] ?? '' });

const included = parse('include "labels.thrift"');
const extending = parse('include "labels.thrift" service Orders extends labels.Labels { string add() }');
const twoLabels = parse('include "labels.thrift" include "others.thrift" service Labels { string own() }');
const inOneFile = parse('service Base { string ping() } service Orders extends Base { string add() }');

type Facade = Readonly<Record<string, (args?: object) => Promise<unknown>>>;

/** Calls a method by its plain name, or multiplexed. */
async function call(port: number, idl: Schema, service: string, method: string, multiplexed = false): Promise<unknown> {
  const client = new ClientThrift({ idl, host: '127.0.0.1', port, multiplexed });
  try {
    return await client.getService<Facade>(service)[method]?.({ id: '7' });
  } finally {
    await client.close();
  }
}

describe('a service of an included file', () => {
  const labels = { 'labels.Labels/get': ({ id }: { id: string }) => `label ${id}`, 'labels.Roots/root': () => 'root' };

  it.each([false, true])('answers its calls, multiplexed: %s', async (multiplexed) => {
    await withThriftServer(labels, { idl: included, defaultService: 'labels.Labels' }, async ({ port }) => {
      expect(await call(port, included, 'labels.Labels', 'get', multiplexed)).toBe('label 7');
      expect(await call(port, included, 'labels.Labels', 'root', multiplexed)).toBe('root');
    });
  });

  it('answers clients that only use its own name', async () => {
    const idl = parseSchema(files['labels.thrift'] ?? '');
    await withThriftServer(labels, { idl: included }, async ({ port }) => {
      expect(await call(port, idl, 'Labels', 'get', true)).toBe('label 7');
    });
  });

  it('is distinguished from services of the same name', async () => {
    const all = {
      'labels.Labels/get': () => 'labels',
      'others.Labels/find': () => 'others',
      'Labels/own': () => 'own',
    };
    await withThriftServer(all, { idl: twoLabels }, async ({ port }) => {
      expect(await call(port, twoLabels, 'labels.Labels', 'get', true)).toBe('labels');
      expect(await call(port, twoLabels, 'others.Labels', 'find', true)).toBe('others');
      expect(await call(port, twoLabels, 'Labels', 'own', true)).toBe('own');
    });
  });

  it('serves the services that extend it', async () => {
    await withThriftServer({ ...labels, 'Orders/add': () => 'added' }, { idl: extending }, async ({ port }) => {
      expect(await call(port, extending, 'Orders', 'get')).toBe('label 7');
      expect(await call(port, extending, 'Orders', 'root')).toBe('root');
      expect(await call(port, extending, 'Orders', 'add')).toBe('added');
    });
  });

  it('is suggested with its prefix when that is missing', async () => {
    await expect(
      withThriftServer({ 'Labels/get': () => '' }, { idl: included }, () => Promise.resolve()),
    ).rejects.toThrow(
      "main.thrift has no Labels.get: correct the IDL or the handler's @ThriftMethod; the service of an included file is named with its prefix, as labels.Labels",
    );
  });
});

describe('several services', () => {
  const both = { 'Base/ping': () => 'pong', 'Orders/add': () => 'added' };

  it('are logged at the start, with the one that owns plain names', async () => {
    await withThriftServer(both, { idl: inOneFile }, ({ logLines }) => {
      expect(logLines).toContain('Serving Base (ping), Orders (ping, add); plain names mean Base');
      return Promise.resolve();
    });
  });

  it.each([
    [
      'Orders',
      'add',
      false,
      "plain names mean Base, and the server's IDL has no Base.add; call Orders:add, or set defaultService to Orders",
    ],
    ['Gone', 'add', true, 'no service Gone is served here, only Base, Orders'],
    ['Orders', 'drop', true, "the server's IDL has no Orders.drop"],
  ])('get a client of %s.%s an error with advice', async (service, method, multiplexed, message) => {
    const idl = parse(`service ${service} { string ${method}() }`);
    await withThriftServer(both, { idl: inOneFile }, async ({ port }) => {
      const name = multiplexed ? `${service}:${method}` : method;
      expect(await rejectionOf(call(port, idl, service, method, multiplexed))).toMatchObject({
        code: 'UNKNOWN_METHOD',
        message: `Unknown method ${name}: ${message}`,
      });
    });
  });

  it('can have another default for plain names', async () => {
    await withThriftServer(both, { idl: inOneFile, defaultService: 'Orders' }, async ({ port }) => {
      expect(await call(port, inOneFile, 'Orders', 'add')).toBe('added');
      expect(await call(port, inOneFile, 'Orders', 'ping')).toBe('pong');
    });
  });

  it('do not start with a default that has no handler', async () => {
    const start = withThriftServer({ 'Base/ping': () => '' }, { idl: twoServices, defaultService: 'Other' }, () =>
      Promise.resolve(),
    );
    await expect(start).rejects.toThrow('defaultService is Other, which has no handler');
  });
});

const twoServices = parse('service Base { string ping() } service Other { string pong() }');

describe('handlers', () => {
  it('of the same method end the start', async () => {
    @Controller()
    class First {
      @ThriftMethod('Base', 'ping')
      ping(): string {
        return 'first';
      }
    }
    @Controller()
    class Second {
      @ThriftMethod('Base', 'ping')
      ping(): string {
        return 'second';
      }
    }
    @Module({ controllers: [First, Second] })
    class TwiceModule {}
    const strategy = new ThriftServer({ idl: inOneFile, host: '127.0.0.1', port: 0 });
    const app = await NestFactory.createMicroservice(TwiceModule, { strategy, logger: false, abortOnError: false });
    await expect(app.listen()).rejects.toThrow('Base.ping: more than one handler, and only one would run');
    await app.close();
  });

  it('that are missing altogether cause a warning', async () => {
    const server = await TestServer.start({}, { idl: inOneFile });
    expect(server.logLines).toContainEqual(expect.stringMatching(/^no handlers, so every call gets UNKNOWN_METHOD/));
    expect(await rejectionOf(call(server.port, inOneFile, 'Base', 'ping'))).toMatchObject({
      message: 'Unknown method ping: the server has no handlers',
    });
    await server.close();
  });
});

describe('a method named then', () => {
  const idl = parse('service Steps { string then() string first() }');

  it('does not make the facade a promise, and is called by send', async () => {
    await withThriftServer({ 'Steps.then': () => 'next', first: () => 'one' }, { idl }, async ({ port }) => {
      const client = new ClientThrift({ idl, host: '127.0.0.1', port });
      const later = await Promise.resolve(client.getService<Facade>('Steps'));
      expect(await later['first']?.()).toBe('one');
      const sent = new Promise((resolve) => client.send({ service: 'Steps', method: 'then' }, {}).subscribe(resolve));
      expect(await sent).toBe('next');
      await client.close();
    });
  });
});
