import { mongo } from 'mongoose';

const { BSON } = mongo;

/** A document, with numbers in their original form. */
export type WireDocument = Record<string, unknown>;

/** One message of MongoDB's wire protocol that holds a command or its reply. */
export interface WireMessage {
  readonly header: Buffer;
  readonly document: WireDocument;
  /** Everything after the document: sequences of documents, or nothing. */
  readonly rest: Buffer;
}

const HEADER_LENGTH = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const AS_IT_CAME = { promoteValues: false, promoteBuffers: false } as const;

/** Cuts a stream of bytes into messages. */
export class WireReader {
  #buffered = Buffer.alloc(0);

  /** Returns the messages that this chunk completes. */
  *take(chunk: Buffer): Generator<Buffer> {
    this.#buffered = Buffer.concat([this.#buffered, chunk]);
    while (this.#buffered.length >= HEADER_LENGTH && this.#buffered.length >= this.#buffered.readInt32LE()) {
      const length = this.#buffered.readInt32LE();
      yield this.#buffered.subarray(0, length);
      this.#buffered = this.#buffered.subarray(length);
    }
  }
}

/** Parses a message. @throws Error for kinds of messages that drivers no longer send. */
export function decodeMessage(message: Buffer): WireMessage {
  const start = documentStart(message);
  const end = start + message.readInt32LE(start);
  const document = BSON.deserialize(message.subarray(start, end), AS_IT_CAME);
  return { header: message.subarray(0, start), document, rest: message.subarray(end) };
}

export function encodeMessage({ header, document, rest }: WireMessage): Buffer {
  const message = Buffer.concat([header, BSON.serialize(document), rest]);
  message.writeInt32LE(message.length);
  return message;
}

/** Creates the reply to this request, in the same kind of message. Only for OP_MSG. */
export function replyTo(request: WireMessage, document: WireDocument): Buffer {
  const header = Buffer.from(request.header);
  header.writeInt32LE(request.header.readInt32LE(4), 8);
  header.writeInt32LE(0, HEADER_LENGTH);
  return encodeMessage({ header, document, rest: Buffer.alloc(0) });
}

/** Offset after the header and the flags of each kind of message; the handshake still uses OP_QUERY. */
function documentStart(message: Buffer): number {
  const kind = message.readInt32LE(12);
  if (kind === OP_REPLY) return HEADER_LENGTH + 20;
  if (kind === OP_QUERY) return message.indexOf(0, HEADER_LENGTH + 4) + 1 + 8;
  if (message[HEADER_LENGTH + 4] !== 0) throw new Error('The first section of the message is not a document');
  return HEADER_LENGTH + 5;
}
