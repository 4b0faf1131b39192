import { describe, expect, it } from '@jest/globals';
import { thriftcallCommand, type CommandParts } from '../../page/src/command.js';
import { parseHeaders } from '../../page/src/headers-text.js';

const parts: CommandParts = {
  target: { address: '127.0.0.1:9090', isTls: false },
  service: 'Bookshop',
  method: 'find',
  args: '{\n  "text": "a"\n}',
  headers: {},
  timeoutMs: 10_000,
};

describe('A call as a command line', () => {
  it('has the arguments on one line', () => {
    expect(thriftcallCommand(parts)).toBe(`npx thriftcall 127.0.0.1:9090 call Bookshop.find '{"text":"a"}'`);
  });

  it('keeps -0 in the arguments', () => {
    expect(thriftcallCommand({ ...parts, args: '{ "celsius": -0.0 }' })).toMatch(/ '\{"celsius":-0\}'$/);
  });

  it('quotes for a shell what a name may not have', () => {
    const args = JSON.stringify({ text: `it's $HOME` });
    expect(thriftcallCommand({ ...parts, args, headers: { 'x-user': 'ada; rm' } })).toBe(
      String.raw`npx thriftcall 127.0.0.1:9090 call Bookshop.find '{"text":"it'\''s $HOME"}' --framing header --header 'x-user: ada; rm'`,
    );
  });

  it('has a deadline that is not the default, and the path of a socket', () => {
    const target = { address: '/run/books.sock', isTls: false };
    expect(thriftcallCommand({ ...parts, target, timeoutMs: 500 })).toBe(
      `npx thriftcall unix:/run/books.sock call Bookshop.find '{"text":"a"}' --timeout 500ms`,
    );
  });

  it('encrypts where the server does', () => {
    expect(thriftcallCommand({ ...parts, target: { address: '[::1]:9090', isTls: true } })).toMatch(
      /^npx thriftcall '\[::1\]:9090' .* --tls$/,
    );
  });
});

describe('Headers', () => {
  it('are one a line', () => {
    expect(parseHeaders('a: b\n\n x-user :ada: lovelace \n')).toEqual({ a: 'b', 'x-user': 'ada: lovelace' });
    expect(parseHeaders('')).toEqual({});
  });

  it('need a name', () => {
    expect(parseHeaders('a: b\nwrong')).toBeUndefined();
    expect(parseHeaders(': b')).toBeUndefined();
  });
});
