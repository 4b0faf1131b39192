import {
  Catch,
  Controller,
  Module,
  NotFoundException,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
  type INestMicroservice,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BaseRpcExceptionFilter, Ctx, Payload, RpcException } from '@nestjs/microservices';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { EMPTY, from, of, throwError, type Observable } from 'rxjs';
import {
  parseSchema,
  ThriftContext,
  ThriftError,
  ThriftException,
  ThriftMethod,
  ThriftServer,
} from '../../src/index.js';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import type { ThriftCallOptions } from '../../src/client/call-options.js';
import { rejectionOf } from '../client/probe-client.js';

const files: Readonly<Record<string, string>> = {
  'shared.thrift': 'exception NotFound { 1: string message }\nexception Gone { 1: string message }',
  'other.thrift': 'exception NotFound { 1: string message }',
};
const schema = parseSchema(
  `
include "shared.thrift"
include "other.thrift"
exception Full { 1: string message }
service Users {
  string plain(1: string text)
  string swapped(1: string text)
  string filtered(1: string how)
  string observed(1: string how)
  string find(1: string type) throws (1: other.NotFound other, 2: shared.NotFound missing, 3: shared.Gone gone, 4: Full full)
}`,
  'users.thrift',
  { include: (path) => files[path] ?? '' },
);

/** As in Nest's documentation on exception filters of microservices. */
@Catch(RpcException)
class AsDocumented implements ExceptionFilter<RpcException> {
  catch(exception: RpcException): Observable<never> {
    return throwError(() => exception.getError());
  }
}

@Catch(RangeError)
class AsException implements ExceptionFilter<RangeError> {
  catch({ message }: RangeError): Observable<never> {
    return throwError(() => new RpcException(message));
  }
}

/** As in Nest's documentation, "Inheritance". */
@Catch(SyntaxError)
class Inherited extends BaseRpcExceptionFilter {
  override catch(exception: SyntaxError, host: ArgumentsHost): Observable<unknown> {
    return super.catch(new RpcException({ code: 'INVALID_TRANSFORM', message: exception.message }), host);
  }
}

@Catch(URIError)
class AsSecret implements ExceptionFilter<URIError> {
  catch(exception: URIError): Observable<never> {
    return throwError(() => exception);
  }
}

const faults: Readonly<Record<string, () => Error>> = {
  text: () => new RpcException('busy just now'),
  object: () => new RpcException({ status: 'error', code: 'MISSING_RESULT', message: 'nothing there' }),
  exception: () => new RangeError('too far'),
  inherited: () => new SyntaxError('odd'),
  bug: () => new URIError('a secret of the code'),
};

const results: Readonly<Record<string, Observable<string>>> = {
  one: of('a'),
  several: from(['a', 'b']),
  none: EMPTY,
};

@Controller()
class UsersController {
  @ThriftMethod('Users', 'plain')
  plain({ text }: { text: string }, context: ThriftContext): string {
    if (text === 'crowded') context.setHeader('long', 'x'.repeat(16_380));
    if (text !== 'a') throw new NotFoundException(`no ${text}`);
    return `${text} ${context.method.name} ${String(context instanceof ThriftContext)}`;
  }

  @ThriftMethod('Users', 'swapped')
  swapped(@Ctx() context: ThriftContext, @Payload() { text }: { text: string }): string {
    return `${text} ${context.method.name}`;
  }

  @UseFilters(AsDocumented, AsException, Inherited, AsSecret)
  @ThriftMethod('Users', 'filtered')
  filtered({ how }: { how: string }): string {
    throw faults[how]?.() ?? new Error('no such fault');
  }

  @ThriftMethod('Users', 'observed')
  observed({ how }: { how: string }): Observable<string> | undefined {
    return results[how];
  }

  @ThriftMethod('Users', 'find')
  find({ type }: { type: string }): string {
    throw new ThriftException(type, { message: 'no such user' });
  }
}

@Module({ controllers: [UsersController] })
class UsersModule {}

interface Users {
  plain(args: { text: string }, options?: ThriftCallOptions): Promise<string>;
  swapped(args: { text: string }): Promise<string>;
  filtered(args: { how: string }): Promise<string>;
  observed(args: { how: string }): Promise<string>;
  find(args: { type: string }): Promise<string>;
}

const logged: string[] = [];
let app: INestMicroservice;
let port: number;
let client: ClientThrift;
let users: Users;

beforeAll(async () => {
  const keep = (...parts: readonly unknown[]): void => {
    logged.push(parts.map(String).join(' '));
  };
  const strategy = new ThriftServer({ idl: schema, host: '127.0.0.1', port: 0 });
  app = await NestFactory.createMicroservice(UsersModule, { strategy, logger: { log: keep, warn: keep, error: keep } });
  await app.listen();
  ({ port } = strategy.unwrap().address() as AddressInfo);
  client = new ClientThrift({ idl: schema, host: '127.0.0.1', port });
  users = client.getService<Users>('Users');
});
afterAll(async () => {
  await client.close();
  await app.close();
});

describe('A handler', () => {
  it('without parameter decorators gets the arguments and the context', async () => {
    expect(await users.plain({ text: 'a' })).toBe('a plain true');
  });

  it('with parameter decorators gets what they say', async () => {
    expect(await users.swapped({ text: 'a' })).toBe('a swapped');
  });

  it('replies with the one value of its Observable', async () => {
    expect(await users.observed({ how: 'one' })).toBe('a');
    expect(await rejectionOf(users.observed({ how: 'none' }))).toMatchObject({ code: 'MISSING_RESULT' });
  });

  it('whose Observable has several values fails, and the log says why', async () => {
    expect(await rejectionOf(users.observed({ how: 'several' }))).toMatchObject({ message: 'Internal server error' });
    expect(logged.join('\n')).toContain('emitted several values');
  });
});

describe("A filter as in Nest's documentation", () => {
  it.each([
    ['throwError(() => exception.getError()) of a text', 'text', 'INTERNAL_ERROR', 'busy just now'],
    ['throwError(() => exception.getError()) of an object', 'object', 'MISSING_RESULT', 'nothing there'],
    ['throwError(() => new RpcException(…))', 'exception', 'INTERNAL_ERROR', 'too far'],
    ['super.catch(new RpcException(…), host)', 'inherited', 'INVALID_TRANSFORM', 'odd'],
  ])('keeps the message: %s', async (_, how, code, message) => {
    expect(await rejectionOf(users.filtered({ how }))).toMatchObject({ name: 'ThriftError', code, message });
  });

  it('discloses no other error', async () => {
    expect(await rejectionOf(users.filtered({ how: 'bug' }))).toMatchObject({ message: 'Internal server error' });
  });
});

describe('The HTTP status of an error', () => {
  it.each([
    ['is a header of the reply too, in dialects with headers', 'b', '404'],
    ['is left out of headers without space for it', 'crowded', undefined],
  ])('%s', async (_, text, header) => {
    const other = new ClientThrift({ idl: schema, host: '127.0.0.1', port, framing: 'header' });
    let status: string | undefined;
    const onReplyHeaders = (headers: ReadonlyMap<string, string>): void => {
      status = headers.get('status');
    };
    const call = other.getService<Users>('Users').plain({ text }, { onReplyHeaders });
    expect(await rejectionOf(call)).toMatchObject({ message: `404 no ${text}`, status: 404 });
    expect(status).toBe(header);
    await other.close();
  });
});

describe('An exception of an included file', () => {
  it.each(['shared.NotFound', 'other.NotFound', 'shared.Gone', 'Full'])('is named %s on both sides', async (type) => {
    expect(await rejectionOf(users.find({ type }))).toMatchObject({ type, value: { message: 'no such user' } });
  });

  it('is found without its file where only one has the name', async () => {
    expect(await rejectionOf(users.find({ type: 'Gone' }))).toMatchObject({ type: 'shared.Gone' });
    expect(await rejectionOf(users.find({ type: 'NotFound' }))).toBeInstanceOf(ThriftError);
  });

  it('that is not declared fails, and the log says which are', async () => {
    expect(await rejectionOf(users.find({ type: 'Missing' }))).toMatchObject({ message: 'Internal server error' });
    expect(logged.join('\n')).toContain(
      'find does not declare Missing, only other.NotFound, shared.NotFound, shared.Gone, Full: add it to its throws',
    );
  });
});
