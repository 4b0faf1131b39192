import { afterEach, describe, expect, it } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import { parseSchema } from '../../src/idl/load-schema.js';
import { metaSchema } from '../../src/meta.js';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import { ThriftServer, type ThriftServerOptions } from '../../src/nest/thrift-server.js';
import type { Schema } from '../../src/schema.js';
import { dialects, nameOf, type Dialect } from '../interop/dialects.js';
import { connectOwnClient } from '../interop/own-client.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const texts: Readonly<Record<string, string>> = {
  'idl/shared/people.thrift': 'struct Person { 1: string name }',
  'idl/visits.thrift': 'include "shared/people.thrift" service Visits { people.Person last() }',
};
const visits = parseSchema(texts['idl/visits.thrift'] ?? '', 'idl/visits.thrift', {
  include: (path) => texts[path] ?? '',
});
const lastVisit = { last: () => ({ name: 'Ada' }) };

type Facade = Readonly<Record<'thriftIDL' | 'health' | 'versionInfo', () => Promise<Record<string, unknown>>>>;

/** Calls a method of `Meta` by its multiplexed name. */
async function ask(port: number, method: keyof Facade, dialect: Dialect = { protocol: 'binary', framing: 'unframed' }) {
  const client: ClientThrift = connectOwnClient(metaSchema(), { port, dialect, multiplexed: true });
  try {
    return await client.getService<Facade>('Meta')[method]();
  } finally {
    await client.close();
  }
}

const reason = 'Unknown method Meta:health: no service Meta is served here, only Probe';

describe('reflection', () => {
  const { NODE_ENV } = process.env;
  afterEach(() => {
    process.env['NODE_ENV'] = NODE_ENV;
  });

  it.each(dialects.map((dialect) => ({ name: nameOf(dialect), dialect })))('answers in $name', async ({ dialect }) => {
    await withThriftServer(lastVisit, { idl: visits }, async ({ port }) => {
      expect(await ask(port, 'thriftIDL', dialect)).toEqual({
        entryPoint: 'visits.thrift',
        idls: new Map([
          ['visits.thrift', texts['idl/visits.thrift']],
          ['shared/people.thrift', texts['idl/shared/people.thrift']],
        ]),
      });
    });
  });

  it('leaves plain names to the service that has them', async () => {
    await withThriftServer(lastVisit, { idl: visits }, async ({ port, logLines }) => {
      const client = new ClientThrift({ idl: visits, host: '127.0.0.1', port });
      expect(await client.getService<{ last(): Promise<unknown> }>('Visits').last()).toEqual({ name: 'Ada' });
      await client.close();
      expect(logLines).toContain('Serving Visits (last)');
      expect(logLines).toContain('Reflection is on: any client may call Meta:health, Meta:thriftIDL, Meta:versionInfo');
    });
  });

  it('tells what the server runs on', async () => {
    await withThriftServer(probeHandlers, {}, async ({ port }) => {
      const { language, language_version, version } = await ask(port, 'versionInfo');
      expect([language, language_version]).toEqual(['node', process.versions.node]);
      expect(version).toMatch(/^\d+\.\d+\.\d+/);
    });
  });

  it.each<[string, ThriftServerOptions['health'], object]>([
    ['is good for a server without a function', undefined, { ok: true }],
    ['is what a function returns', () => ({ ok: true, message: 'OK' }), { ok: true, message: 'OK' }],
    [
      'is what a promise resolves to',
      () => Promise.resolve({ ok: false, message: 'no store' }),
      { ok: false, message: 'no store' },
    ],
  ])('has a health that %s', async (_, health, expected) => {
    await withThriftServer(probeHandlers, health === undefined ? {} : { health }, async ({ port }) => {
      expect(await ask(port, 'health')).toEqual(expected);
    });
  });

  it('hides why the function of the health failed', async () => {
    const health = (): never => {
      throw new Error('password is 123');
    };
    await withThriftServer(probeHandlers, { health }, async ({ port, logLines }) => {
      await expect(ask(port, 'health')).rejects.toThrow(/^Internal server error$/);
      expect(logLines).toContain('health');
    });
  });

  it('leaves Meta to an IDL that has one of its own', async () => {
    const idl = parseSchema('struct H { 1: bool ok 2: string message } service Meta { H health() }');
    await withThriftServer(
      { health: () => ({ ok: true, message: 'own' }) },
      { idl, reflection: true },
      async (server) => {
        expect(await ask(server.port, 'health')).toEqual({ ok: true, message: 'own' });
        await expect(ask(server.port, 'thriftIDL')).rejects.toThrow("the server's IDL has no Meta.thriftIDL");
        expect(server.logLines).toContain('Reflection is off: the IDL has a service Meta of its own');
      },
    );
  });

  it.each<[string, boolean | undefined, boolean]>([
    ['test', undefined, true],
    ['test', false, false],
    ['production', undefined, false],
    ['production', true, true],
  ])('with NODE_ENV=%s and the option %p, answers: %p', async (environment, reflection, answers) => {
    process.env['NODE_ENV'] = environment;
    await withThriftServer(probeHandlers, reflection === undefined ? {} : { reflection }, async ({ port }) => {
      if (answers) expect(await ask(port, 'health')).toEqual({ ok: true });
      else await expect(ask(port, 'health')).rejects.toThrow(reason);
    });
  });

  it.each<[boolean | undefined, boolean]>([
    [undefined, false],
    [true, true],
  ])('with required client certificates and the option %p, answers: %p', async (reflection, answers) => {
    using certificates = new Certificates();
    const own = certificates.issue('localhost', 'server');
    const tls = { ...own, caFile: certificates.caFile };
    const options = { tls, ...(reflection === undefined ? {} : { reflection }) };
    await withThriftServer(probeHandlers, options, async ({ port }) => {
      const client = new ClientThrift({
        idl: metaSchema(),
        host: '127.0.0.1',
        port,
        multiplexed: true,
        tls: { ...certificates.issue('ops', 'ops'), caFile: certificates.caFile },
      });
      const health = client.getService<Facade>('Meta').health();
      if (answers) expect(await health).toEqual({ ok: true });
      else await expect(health).rejects.toThrow(reason);
      await client.close();
    });
  });

  it('cannot be asked for without the texts of the IDL', () => {
    const idl: Schema = { ...visits, sources: undefined };
    expect(() => new ThriftServer({ idl, reflection: true })).toThrow(
      'reflection is true, but the schema has no texts to show',
    );
  });

  it('is off by default without the texts of the IDL', async () => {
    await withThriftServer(lastVisit, { idl: { ...visits, sources: undefined } }, async ({ port }) => {
      await expect(ask(port, 'health')).rejects.toThrow('no service Meta is served here');
    });
  });
});
