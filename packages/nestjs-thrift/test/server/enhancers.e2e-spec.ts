import {
  Catch,
  Controller,
  Injectable,
  Module,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload, RpcException } from '@nestjs/microservices';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { map, throwError, type Observable } from 'rxjs';
import { ThriftContext, ThriftError, ThriftException, ThriftMethod, ThriftServer } from '../../src/index.js';
import { probeSchema } from '../support/thrift-probe.js';
import { rejectionOf, withProbe } from '../client/probe-client.js';

interface EchoArgs {
  text: string;
}

class Forbidden extends Error {}

@Injectable()
class OnlyFriends implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const rpc = context.switchToRpc();
    expect(rpc.getContext()).toBeInstanceOf(ThriftContext);
    return rpc.getData<EchoArgs>().text !== 'foe';
  }
}

@Injectable()
class Trim implements PipeTransform<EchoArgs> {
  transform(value: EchoArgs): EchoArgs {
    if (value instanceof ThriftContext) return value;
    return { text: value.text.trim() };
  }
}

@Injectable()
class Praise implements NestInterceptor<string, string> {
  intercept(_: ExecutionContext, next: CallHandler<string>): Observable<string> {
    return next.handle().pipe(map((text) => `${text}!`));
  }
}

@Catch(Forbidden)
class SayForbidden implements ExceptionFilter<Forbidden> {
  catch(error: Forbidden): Observable<never> {
    return throwError(() => new ThriftError('INTERNAL_ERROR', `403 ${error.message}`));
  }
}

@Controller()
@UseGuards(OnlyFriends)
@UsePipes(Trim)
@UseInterceptors(Praise)
@UseFilters(SayForbidden)
class Echo {
  @ThriftMethod('Probe', 'echo')
  echo(@Payload() { text }: EchoArgs, @Ctx() context: ThriftContext): string {
    if (text === 'secret') throw new Forbidden(`${context.method.name} tells no secrets`);
    if (text === 'busy') throw new RpcException('busy just now');
    if (text === 'undeclared') throw new ThriftException('Oops', { message: 'of another method' });
    return text;
  }
}

@Module({ controllers: [Echo] })
class EchoModule {}

describe('Around a handler, as on any transport of Nest,', () => {
  const server = new ThriftServer({ idl: probeSchema, host: '127.0.0.1', port: 0 });
  let close: () => Promise<void>;
  let port: number;

  beforeAll(async () => {
    const app = await NestFactory.createMicroservice(EchoModule, { strategy: server, logger: false });
    await app.listen();
    close = () => app.close();
    ({ port } = server.unwrap().address() as AddressInfo);
  });
  afterAll(() => close());

  it('a pipe changes the arguments and an interceptor the result', () =>
    withProbe(port, {}, async (probe) => {
      expect(await probe.echo({ text: '  hello ' })).toBe('hello!');
    }));

  it('a guard keeps the handler from being called', () =>
    withProbe(port, {}, async (probe) => {
      expect(await rejectionOf(probe.echo({ text: 'foe' }))).toMatchObject({ message: 'Forbidden resource' });
    }));

  it("a filter chooses the client's error", () =>
    withProbe(port, {}, async (probe) => {
      const message = '403 echo tells no secrets';
      expect(await rejectionOf(probe.echo({ text: 'secret' }))).toMatchObject({ code: 'INTERNAL_ERROR', message });
    }));

  it("Nest's own exception keeps its message, an undeclared one is replaced", () =>
    withProbe(port, {}, async (probe) => {
      const [code, message] = ['INTERNAL_ERROR', 'Internal server error'];
      expect(await rejectionOf(probe.echo({ text: 'busy' }))).toMatchObject({ code, message: 'busy just now' });
      expect(await rejectionOf(probe.echo({ text: 'undeclared' }))).toMatchObject({ code, message });
    }));
});
