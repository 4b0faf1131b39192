import { describe, expect, it } from '@jest/globals';
import { hashOfMethod, hashOfService, hashOfType, parseRoute } from '../../page/src/route.js';

describe('The address of the page', () => {
  it('names a method, with its call', () => {
    const link = { args: '{"text":"a&b=#?%"}', timeoutMs: '500' };
    expect(parseRoute(hashOfMethod('shared.Base', 'find', link))).toEqual({
      view: 'method',
      service: 'shared.Base',
      method: 'find',
      link,
    });
    expect(parseRoute(hashOfMethod('Base', 'find'))).toMatchObject({ service: 'Base', method: 'find', link: {} });
  });

  it('names types, services and constants', () => {
    expect(parseRoute(hashOfType('shared.Book'))).toEqual({ view: 'type', name: 'shared.Book' });
    expect(parseRoute(hashOfService('Bookshop'))).toEqual({ view: 'service', name: 'Bookshop' });
    expect(parseRoute('#/constants')).toEqual({ view: 'constants' });
  });

  it.each(['', '#', '#/', '#/methods/', '#/methods/find', '#/methods/.find', '#/types/', '#/else/a', '#/types'])(
    '%j shows the overview',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ view: 'overview' });
    },
  );

  it('survives a broken escape', () => {
    expect(parseRoute('#/types/%E0%A4%A')).toEqual({ view: 'type', name: '%E0%A4%A' });
  });
});
