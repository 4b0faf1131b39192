import type { FramingName } from '../../src/framing/framing.js';
import type { ProtocolName } from '../../src/protocol/protocol.js';

/** A dialect of a client, and of the replies to it. */
interface ClientDialect {
  readonly name: string;
  readonly protocol: ProtocolName;
  readonly framing: FramingName;
  /** Ids of the transforms of the replies, in THeader. */
  readonly transforms: readonly number[];
}

function dialect(protocol: ProtocolName, framing: FramingName, transforms: readonly number[] = []): ClientDialect {
  const name = `${protocol} ${framing}${transforms.length > 0 ? ' with zlib' : ''}`;
  return { name, protocol, framing, transforms };
}

export const clientDialects: readonly ClientDialect[] = [
  dialect('binary', 'unframed'),
  dialect('binary', 'framed'),
  dialect('compact', 'unframed'),
  dialect('compact', 'framed'),
  dialect('json', 'unframed'),
  dialect('json', 'framed'),
  dialect('binary', 'header'),
  dialect('binary', 'framed-header'),
  dialect('compact', 'header'),
  dialect('compact', 'header', [1]),
  dialect('binary', 'ttheader'),
  dialect('compact', 'ttheader'),
];
