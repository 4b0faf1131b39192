import { describe, expect, it } from '@jest/globals';
import { rootMessage } from '../../src/logging/redaction.js';

describe('The message of the innermost error', () => {
  it('is that of the last cause', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:27017');
    expect(rootMessage(new Error('not available', { cause: new Error('no server', { cause: refused }) }))).toBe(
      refused.message,
    );
  });

  it('is that of the error before an object that says nothing', () => {
    expect(rootMessage(new Error('not available', { cause: { type: 'Unknown' } }))).toBe('not available');
  });

  it('is the text that was thrown', () => {
    expect(rootMessage(new Error('not available', { cause: 'no route' }))).toBe('no route');
  });
});
