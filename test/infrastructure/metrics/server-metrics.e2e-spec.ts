import { afterAll, describe, expect, it } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import { TestApp } from '../../support/app.js';

const EXPIRY = 'thrift_tls_certificate_expiry_timestamp_seconds';
const DAY_S = 86_400;
const certificates = new Certificates();

afterAll(() => {
  certificates[Symbol.dispose]();
});

async function expiries(variables: Record<string, string>): Promise<number[]> {
  const app = await TestApp.start({ HTTP_PORT: '0', ...variables });
  const exported = await (await app.get('/metrics')).text();
  await app.stop();
  return [...exported.matchAll(new RegExp(`^${EXPIRY} (\\S+)$`, 'gm'))].map(([, value]) => Number(value));
}

describe('The expiry of the certificate', () => {
  it('is exported as seconds since 1970', async () => {
    const { certFile, keyFile } = certificates.issue('server', 'server', { days: 30 });
    const [expiry = 0, ...more] = await expiries({ THRIFT_TLS_CERT: certFile, THRIFT_TLS_KEY: keyFile });
    expect((expiry - Date.now() / 1_000) / DAY_S).toBeCloseTo(30, 1);
    expect(more).toEqual([]);
  });

  it('has no sample without TLS, so that no alert fires', async () => {
    expect(await expiries({})).toEqual([]);
  });
});
