import { describe, expect, it } from '@jest/globals';
import { describeSocketError, isHandshakeAlert } from '../../src/client/socket-error.js';

const withCode = (code: string): Error => Object.assign(new Error(`raw text of ${code}`), { code });

describe('describeSocketError', () => {
  it.each([
    ['ECONNREFUSED', 'nothing listens there (ECONNREFUSED)'],
    ['CERT_HAS_EXPIRED', "the server's certificate has expired (CERT_HAS_EXPIRED)"],
    ['EUNKNOWN', 'raw text of EUNKNOWN'],
  ])('says in words what %s means', (code, words) => {
    expect(describeSocketError(withCode(code))).toBe(words);
  });

  it('tells the end of a TLS handshake from a reset', () => {
    const text = 'Client network socket disconnected before secure TLS connection was established';
    const error = Object.assign(new Error(text), { code: 'ECONNRESET' });
    expect(describeSocketError(error)).toBe('the server closed the connection during the TLS handshake (ECONNRESET)');
  });

  it('names each reason once when all addresses of a host fail', () => {
    const errors = ['ECONNREFUSED', 'ECONNREFUSED', 'ENETUNREACH'].map(withCode);
    const words = 'nothing listens there (ECONNREFUSED), no route to the network (ENETUNREACH)';
    expect(describeSocketError(new AggregateError(errors))).toBe(words);
  });
});

describe('isHandshakeAlert', () => {
  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', true],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', false],
    ['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', false],
    ['ECONNRESET', false],
  ])('%s: %s', (code, expected) => {
    expect(isHandshakeAlert(withCode(code))).toBe(expected);
  });
});
