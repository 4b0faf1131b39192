import type { MessageScanner, Protocol, ReadLimits } from '../protocol/protocol.js';
import type { Framing, ReceivedMessage } from './framing.js';
import type { InputBuffer } from './input-buffer.js';

/**
 * Messages that follow each other without length. Between them there may only be JSON's white space, which starts no
 * message: a peer that ends its lines with a newline has not started another one. Only the protocol knows where a
 * message ends, so a scanner finds the end first, and decoding starts when the message is complete.
 */
export class UnframedFraming implements Framing {
  readonly name = 'unframed';
  private readonly scanner: MessageScanner;

  constructor(
    private readonly protocol: Protocol,
    limits: ReadLimits,
  ) {
    this.scanner = protocol.createScanner(limits);
  }

  read(input: InputBuffer): ReceivedMessage | undefined {
    const { bytes, end: arrived } = input;
    const start = this.scanner.passBetween(bytes, input.start, arrived);
    if (start > input.start) input.consume(start);
    if (start === arrived) return undefined;
    const end = this.scanner.scan(bytes, start, arrived);
    if (end === -1) return undefined;
    this.scanner.reset();
    input.consume(this.scanner.passBetween(bytes, end, arrived));
    return { bytes, start, end, protocol: this.protocol, headers: undefined, memoryBytes: end - start };
  }

  peek({ bytes, start, end }: InputBuffer): ReceivedMessage {
    return { bytes, start, end, protocol: this.protocol, headers: undefined, memoryBytes: end - start };
  }

  begin(): void {
    // An unframed message has no prefix.
  }

  end(): void {
    // There is no length to complete either.
  }
}
