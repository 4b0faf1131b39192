import type { Framing, MessageHeaders } from '../framing/framing.js';
import { TIMEOUT_HEADER } from '../framing/header.js';
import { NO_TRANSFORMS } from '../framing/transforms.js';
import type { ThriftLimits } from '../limits.js';
import { ByteWriter, type WrittenMessage } from '../protocol/byte-writer.js';
import { CALL, ONEWAY } from '../protocol/constants.js';
import type { Protocol, ProtocolWriter } from '../protocol/protocol.js';
import type { Call } from './call.js';

/** Encodes calls. All connections of a client share one, which reuses its memory. */
export class CallEncoder {
  private readonly out = new ByteWriter();
  private readonly writer: ProtocolWriter;

  constructor(
    private readonly protocol: Protocol,
    private readonly limits: ThriftLimits,
  ) {
    this.writer = protocol.createWriter(this.out);
  }

  /** @throws ThriftProtocolError naming the argument that does not fit the IDL, or the size over the limit. */
  encode(call: Call, framing: Framing): WrittenMessage {
    const { out, writer } = this;
    const { method, codec, wireName } = call.method;
    const carriesHeaders = framing.name.endsWith('header');
    const message = carriesHeaders ? headersOf(call) : undefined;
    out.begin(this.limits.maxMessageBytes);
    try {
      framing.begin(out, this.protocol, message, message?.headers ?? call.headers);
      writer.writeMessageBegin(wireName, method.oneway ? ONEWAY : CALL, call.seqid);
      codec.args.write(writer, call.args);
      writer.writeMessageEnd();
      framing.end(out);
      return out.finish();
    } catch (error) {
      out.abandon();
      throw error;
    }
  }
}

function headersOf(call: Call): MessageHeaders {
  const leftMs = Math.max(1, Math.ceil(call.deadlineAtMs - performance.now()));
  const headers = new Map(call.headers).set(TIMEOUT_HEADER, String(leftMs));
  return { sequenceId: call.seqid, outOfOrder: true, transforms: NO_TRANSFORMS, headers };
}
