import type { MessageScanner, Protocol, ReadLimits } from '../protocol/protocol.js';
import type { Framing, ReceivedMessage } from './framing.js';
import type { InputBuffer } from './input-buffer.js';

/**
 * Messages one after the other with nothing between them. Where one ends only its protocol can tell, so a scanner finds
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
    if (input.length === 0) return undefined;
    const { bytes, start } = input;
    const end = this.scanner.scan(bytes, start, input.end);
    if (end === -1) return undefined;
    this.scanner.reset();
    input.consume(end);
    return { bytes, start, end, protocol: this.protocol, headers: undefined };
  }

  peek({ bytes, start, end }: InputBuffer): ReceivedMessage {
    return { bytes, start, end, protocol: this.protocol, headers: undefined };
  }

  begin(): void {
    // Nothing stands before an unframed message.
  }

  end(): void {
    // Nor is there a length to complete.
  }
}
