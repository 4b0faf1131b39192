/** Tests the other transports of the comparison, and prints the results as JSON. */
import 'reflect-metadata';
import { once } from 'node:events';
import { connect } from 'node:net';
import { npmThrift } from '../interop/npm/library.js';
import { Deferred } from '@tasks/testing/deferred';
import { startNestGrpc, startNestTcp, startNpmThrift, type Rival } from './rivals.js';

/** A call that has reached its handler, which answers on request. */
class OpenCall {
  private readonly begun = new Deferred<undefined>();
  private readonly answer = new Deferred<string>();

  readonly handler = (): Promise<string> => {
    this.begun.resolve(undefined);
    return this.answer.promise;
  };

  /** Makes the call; `meanwhile` runs once it has reached its handler. Resolves to the caller's result. */
  async during(rival: Rival, meanwhile: () => unknown): Promise<unknown> {
    const outcome = rival.call().catch((error: unknown) => {
      const { message, code } = error as Error & { code?: unknown };
      return { message, code };
    });
    await this.begun.promise;
    const done = meanwhile();
    this.answer.resolve('done');
    const got = await outcome;
    await done;
    return got;
  }
}

async function use<Kind extends Rival, Result>(rival: Kind, action: (rival: Kind) => Promise<Result>): Promise<Result> {
  try {
    return await action(rival);
  } finally {
    await rival.stop();
  }
}

type Start = (handler: () => Promise<string>) => Promise<Rival>;

/** Result for a caller whose server is closed while the call runs, with the call finished after that. */
async function closed(start: Start): Promise<unknown> {
  const call = new OpenCall();
  return use(await start(call.handler), (rival) => call.during(rival, () => rival.closeServer()));
}

/** Result for a caller whose connection is cut while the call runs. */
async function cut(start: Start): Promise<unknown> {
  const call = new OpenCall();
  const cutAll = ({ sockets }: Rival): void => {
    for (const socket of sockets) socket.destroy();
  };
  return use(await start(call.handler), (rival) =>
    call.during(rival, () => {
      cutAll(rival);
    }),
  );
}

/** Result for a caller when the handler returns a number instead of text. */
async function wrongType(start: (answer: () => unknown) => Promise<Rival>): Promise<unknown> {
  return use(await start(() => ({ text: 7 })), (rival) => rival.call());
}

/** Opens a separate connection, and resets it. */
async function resetOne({ port }: Rival): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  // A gRPC server has no event for an accepted connection.
  socket.write('\0');
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.resetAndDestroy();
  await once(socket, 'close');
}

/** Result for another caller after a reset. */
async function afterReset(start: Start): Promise<unknown> {
  return use(await start(() => Promise.resolve('served')), async (rival) => {
    await resetOne(rival);
    return rival.call();
  });
}

/** Effect of a reset on the server of npm thrift. */
async function npmReset(): Promise<unknown> {
  return use(await startNpmThrift(() => Promise.resolve('')), async (rival) => {
    const listeners = rival.server.listenerCount('error');
    const failed = once(rival.server, 'error');
    await resetOne(rival);
    const [error] = (await failed) as [NodeJS.ErrnoException];
    return { listeners, code: error.code };
  });
}

/** Output of npm thrift's writer for a number instead of text, and for text instead of a number. */
function wrongWrites(): unknown {
  const written: Buffer[] = [];
  const protocol = new npmThrift.TBinaryProtocol(
    new npmThrift.TBufferedTransport(undefined, (bytes) => written.push(bytes)),
  );
  let message = '';
  try {
    protocol.writeString(7 as unknown as string);
  } catch (error) {
    ({ message } = error as Error);
  }
  protocol.writeI32('seven' as unknown as number);
  protocol.flush();
  return { message, bytes: Buffer.concat(written).toString('hex') };
}

const answering = (handler: () => Promise<string>) => async (): Promise<object> => ({ text: await handler() });

const outcomes = {
  tcp: {
    cut: await cut(startNestTcp),
    closed: await closed(startNestTcp),
    wrongType: await wrongType(startNestTcp),
    afterReset: await afterReset(startNestTcp),
  },
  grpc: {
    cut: await cut((handler) => startNestGrpc(answering(handler))),
    closed: await closed((handler) => startNestGrpc(answering(handler))),
    closedGracefully: await closed((handler) => startNestGrpc(answering(handler), true)),
    wrongType: await wrongType(startNestGrpc),
    afterReset: await afterReset((handler) => startNestGrpc(answering(handler))),
  },
  npm: {
    cut: await cut(startNpmThrift),
    closed: await closed(startNpmThrift),
    reset: await npmReset(),
    wrongWrites: wrongWrites(),
  },
};
process.stdout.write(JSON.stringify(outcomes));
