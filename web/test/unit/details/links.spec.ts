import { describe, expect, it } from '@jest/globals';
import { withLinks } from '../../../src/details/links.js';

describe('withLinks', () => {
  it.each([
    ['see https://example.com/a.', ['https://example.com/a']],
    ['(http://example.com)', ['http://example.com']],
    ['https://en.wikipedia.org/wiki/Task_(work)!', ['https://en.wikipedia.org/wiki/Task_(work)']],
    ['www.example.com, then', ['https://www.example.com']],
    ['HTTPS://EXAMPLE.COM?q=1&r=2#x', ['HTTPS://EXAMPLE.COM?q=1&r=2#x']],
    ['https://a.de\nhttps://b.de', ['https://a.de', 'https://b.de']],
    ['javascript:alert(1) ftp://a.de example.com a@b.de', []],
    ['<https://example.com>', ['https://example.com']],
  ])('%j', (text, links) => {
    const parts = withLinks(text);
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.flatMap(({ href }) => href ?? [])).toEqual(links);
  });
});
