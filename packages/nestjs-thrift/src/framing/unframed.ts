import type { MessageScanner, Protocol, ReadLimits } from '../protocol/protocol.js';
import type { Framing, ReceivedMessage } from './framing.js';
import type { InputBuffer } from './input-buffer.js';

/**
 * Messages one after the other with nothing between them but the white space of JSON, which begins no message: a peer
 * that ends its lines is not half way through one. Where a message ends only its protocol can tell, so a scanner finds
 * the end first and decoding starts when the message is whole.
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
    return { bytes, start, end, protocol: this.protocol, headers: undefined, weight: end - start };
  }

  peek({ bytes, start, end }: InputBuffer): ReceivedMessage {
    return { bytes, start, end, protocol: this.protocol, headers: undefined, weight: end - start };
  }

  begin(): void {
    // Nothing stands before an unframed message.
  }

  end(): void {
    // Nor is there a length to complete.
  }
}
