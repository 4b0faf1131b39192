import { describe, expect, it } from '@jest/globals';
import { detect } from '../../src/framing/detect.js';
import { dialects } from '../support/thrift-dialects.js';

/** A short form of the detection's result. */
function detected(hex: string): string {
  const bytes = Buffer.from(`ff${hex.replaceAll(' ', '')}`, 'hex');
  const found = detect(bytes, 1, bytes.length);
  if (found === undefined) return 'more';
  return found.kind === 'foreign' ? found.speaks : `${found.protocol.name} ${found.framing}`;
}

describe('the first bytes of a connection', () => {
  it.each([
    ['80', 'more'],
    ['80 01', 'binary unframed'],
    ['80 02', 'unknown'],
    ['82', 'more'],
    ['82 21', 'compact unframed'],
    ['82 81', 'compact unframed'],
    ['82 22', 'unknown'],
    ['5b', 'json unframed'],
    ['7b 22', 'unknown'],
    ['16', 'more'],
    ['16 03', 'tls'],
    ['16 04', 'unknown'],
    ['41', 'http'],
    ['5a', 'http'],
    ['5c 00', 'unknown'],
    ['00 00', 'more'],
    ['00 00 00 00', 'unknown'],
    ['00 00 00 20', 'more'],
    ['00 00 00 20 80', 'more'],
    ['00 00 00 20 80 01', 'binary framed'],
    ['0f ff ff ff 80 01', 'binary framed'],
    ['10 00 00 00 80 01', 'unknown'],
    ['00 00 00 20 82 21', 'compact framed'],
    ['00 00 00 20 5b 31', 'json framed'],
    ['00 00 00 20 7b 22', 'thriftpy2-json'],
    ['00 00 00 20 0f ff', 'binary header'],
    ['00 00 00 20 0f fe', 'more'],
    ['00 00 00 20 10 00', 'binary ttheader'],
    ['00 00 00 20 10 01', 'unknown'],
    ['00 00 00 04 65 63', 'binary unframed'],
    ['00 00 00 04 5f 63', 'binary unframed'],
    ['00 00 00 04 20 63', 'unknown'],
    ['78 9c', 'zlib'],
    ['78 da', 'zlib'],
    ['00 00 00 20 78 9c', 'zlib'],
    ['00 00 00 20 78 01', 'zlib'],
    ['00 00 00 01 78 01', 'binary unframed'],
    ['00 00 00 04 78 63', 'binary unframed'],
    ['00 00 00 20 00 00 00 04 65', 'more'],
    ['00 00 00 20 00 00 00 04 65 63', 'binary framed'],
    ['00 00 00 20 00 00 00 04 20 63', 'unknown'],
    ['00 00 40 00 00 00 20 00 65 63', 'unknown'],
    ['00 00 00 20 00 00 00 1c 0f ff', 'binary framed-header'],
    ['00 00 00 20 00 00 00 1b 0f ff', 'unknown'],
  ])('%s: %s', (hex, expected) => {
    expect(detected(hex)).toBe(expected);
  });

  it.each(dialects)('of a client of $name are detected as that dialect', (dialect) => {
    const call = dialect.call('echo', { text: 'x' });
    const found = detect(call, 0, call.length);
    expect(found).toMatchObject({ framing: dialect.framing, protocol: { createWriter: expect.anything() } });
    // THeader names its protocol in each message.
    if (!dialect.framing.endsWith('header')) expect(found).toMatchObject({ protocol: dialect.protocol });
  });
});
