import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Schema, ServiceSchema } from '../../../src/index.js';
import { serviceOf, type PeerServing } from '../peer.js';
import { answerThriftTest, UndeclaredFailure } from './handler.js';
import { npmClasses, npmThrift, type NpmProcessor, type NpmProtocol } from './library.js';
import { readStruct, writeStruct } from './values.js';

const REPLY = 2;
const EXCEPTION = 3;
const INTERNAL_ERROR = 6;
const DEFAULT_SERVICE = 'ThriftTest';

/** Code that the package's compiler would generate for the service: reads a call, answers it. */
class GeneratedProcessor implements NpmProcessor {
  constructor(private readonly service: ServiceSchema) {}

  process(input: NpmProtocol, output: NpmProtocol): void {
    const { fname: sent, rseqid } = input.readMessageBegin();
    // The package reads an old-style name as bytes; generated code joins it to a string.
    const fname = Buffer.from(sent).toString();
    const method = this.service.methods.get(fname);
    if (method === undefined) throw new Error(`unknown method ${fname}`);
    const args = readStruct(input, method.args);
    input.readMessageEnd();
    try {
      const result = answerThriftTest(fname, args);
      if (method.oneway) return;
      echoHeaders(input, output);
      output.writeMessageBegin(fname, REPLY, rseqid);
      writeStruct(output, method.result, result);
    } catch (error) {
      if (!(error instanceof UndeclaredFailure)) throw error;
      output.writeMessageBegin(fname, EXCEPTION, rseqid);
      const failure = new npmThrift.Thrift.TApplicationException(INTERNAL_ERROR, error.message);
      // The package's own writer uses another name for the kind than its reader.
      Object.assign(failure, { code: INTERNAL_ERROR });
      failure.write(output);
    }
    output.writeMessageEnd();
    output.flush();
  }
}

/** Sends the headers of a call back. */
function echoHeaders(input: NpmProtocol, output: NpmProtocol): void {
  for (const [name, value] of Object.entries(input.getTransport().getReadHeaders())) {
    output.getTransport().setWriteHeader(`echoed-${name}`, value);
  }
}

/** Serves the schema with the package's own server, and resolves to the port. */
export async function serveNpm(schema: Schema, { dialect, multiplexed }: PeerServing): Promise<number> {
  let processor: NpmProcessor = new GeneratedProcessor(serviceOf(schema, DEFAULT_SERVICE));
  if (multiplexed) {
    const all = new npmThrift.MultiplexedProcessor();
    for (const service of schema.services.values()) {
      all.registerProcessor(service.name, new GeneratedProcessor(service));
    }
    processor = all;
  }
  const server = npmThrift.createMultiplexServer(processor, npmClasses(dialect));
  server.on('error', (error) => {
    console.error(error);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
