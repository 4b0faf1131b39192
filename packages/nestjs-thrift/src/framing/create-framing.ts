import type { Protocol, ReadLimits } from '../protocol/protocol.js';
import { FramedFraming } from './framed.js';
import type { Framing, FramingName } from './framing.js';
import { HeaderFraming } from './header.js';
import { TtHeaderFraming } from './tt-header.js';
import { UnframedFraming } from './unframed.js';

/**
 * The framing of that name, for one connection.
 * @param protocol of its messages; with THeader and TTHeader, each message received names its own.
 */
export function createFraming(name: FramingName, protocol: Protocol, limits: ReadLimits): Framing {
  switch (name) {
    case 'unframed':
      return new UnframedFraming(protocol, limits);
    case 'framed':
      return new FramedFraming(protocol, limits);
    case 'header':
    case 'framed-header':
      return new HeaderFraming(name, limits);
    case 'ttheader':
      return new TtHeaderFraming(limits);
  }
}
