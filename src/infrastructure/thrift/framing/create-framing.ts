import type { ReadLimits } from '../protocol/protocol.js';
import type { Protocol } from '../protocol/protocol.js';
import { FramedFraming } from './framed.js';
import type { Framing, FramingName } from './framing.js';
import { UnframedFraming } from './unframed.js';

/** The framing of that name, for one connection. */
export function createFraming(name: FramingName, protocol: Protocol, limits: ReadLimits): Framing {
  switch (name) {
    case 'unframed':
      return new UnframedFraming(protocol, limits);
    case 'framed':
      return new FramedFraming(protocol, limits);
    case 'header':
    case 'framed-header':
      throw new Error(`${name} is not spoken yet`);
  }
}
