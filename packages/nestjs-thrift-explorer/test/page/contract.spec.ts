import { describe, expect, it } from '@jest/globals';
import { Contract, typeText } from '../../page/src/contract.js';
import { describeSchema } from '../../src/describe-schema.js';
import { MethodFilter } from '../../src/method-filter.js';
import { BOOKSHOP } from '../support/bookshop.js';

const filter = new MethodFilter(BOOKSHOP, undefined, []);
const contract = new Contract({ ...describeSchema(BOOKSHOP, filter), isReadOnly: false, target: undefined });

describe('A search of the contract', () => {
  const found = (text: string): string[] => contract.search(text).map(({ label }) => label);

  it('finds names first, those that start with the text before others', () => {
    expect(found('order').slice(0, 2)).toEqual(['Bookshop.order', 'Order']);
    expect(found('or')[0]).toBe('Bookshop.order');
  });

  it('finds comments, and every word in any order', () => {
    expect(found('same DAY')).toEqual(['Bookshop.order']);
    expect(found('truth')).toEqual([]);
    expect(found('copies fewer')).toEqual(['OutOfStock']);
  });

  it('finds nothing for blanks', () => {
    expect(found('  ')).toEqual([]);
  });
});

describe('The contract', () => {
  it('knows where a type is used', () => {
    expect(contract.usesOf('Price').map(({ label }) => label)).toEqual(['Bookshop.vouchers', 'Book', 'Order']);
    expect(contract.usesOf('OutOfStock').map(({ label }) => label)).toEqual(['Bookshop.order']);
  });

  it('has types of files that included files include, for links, searches and forms', () => {
    expect(contract.search('packed').map(({ hash }) => hash)).toEqual(['#/types/depots.Depot']);
    expect(contract.usesOf('depots.Depot')).toEqual([{ label: 'parcels.Parcel', hash: '#/types/parcels.Parcel' }]);
    expect(contract.usesOf('depots.Country').map(({ label }) => label)).toEqual(['depots.Depot']);
    expect(contract.initialValue({ kind: 'struct', name: 'depots.Depot' })).toEqual({ country: 'FRANCE' });
  });

  it('links names in comments to methods of the service and to types', () => {
    expect(contract.linkOf('find', 'Bookshop')).toBe('#/methods/Bookshop.find');
    expect(contract.linkOf('find', undefined)).toBeUndefined();
    expect(contract.linkOf('Book', 'Bookshop')).toBe('#/types/Book');
    expect(contract.linkOf('nothing', 'Bookshop')).toBeUndefined();
  });

  it('has arguments to begin with: what is optional is unset, unions have a member', () => {
    const initial = (name: string): unknown => {
      const method = contract.method('Bookshop', name);
      return method && contract.initialArguments(method);
    };
    expect(initial('find')).toEqual({ text: '', genre: 'NOVEL', limit: 10 });
    expect(initial('order')).toEqual({ lines: [], payment: { invoice: '' } });
    expect(contract.initialValue({ kind: 'struct', name: 'Book' })).toEqual({ isbn: '', title: '' });
    expect(contract.initialValue({ kind: 'map', key: { kind: 'string' }, value: { kind: 'bool' } })).toEqual({});
    expect(contract.initialValue({ kind: 'map', key: { kind: 'i64' }, value: { kind: 'bool' } })).toEqual([]);
  });

  it('writes types as the IDL does', () => {
    expect(
      typeText({
        kind: 'map',
        key: { kind: 'i64' },
        value: { kind: 'list', element: { kind: 'struct', name: 'a.B' } },
      }),
    ).toBe('map<i64, list<a.B>>');
  });
});
