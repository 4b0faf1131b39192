import type { HstsMode } from '../../config/config.js';

/** Headers by their lower-case names. */
export type Headers = Readonly<Record<string, string>>;

const YEAR_S = 31_536_000;

const PERMISSIONS = [
  'accelerometer=()',
  'camera=()',
  'clipboard-read=()',
  'clipboard-write=(self)',
  'display-capture=()',
  'geolocation=()',
  'gyroscope=()',
  'magnetometer=()',
  'microphone=()',
  'midi=()',
  'payment=()',
  'publickey-credentials-get=()',
  'usb=()',
].join(', ');

const API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/**
 * Returns the headers of every answer.
 *
 * @param isHttps Whether browsers reach the gateway by https.
 */
export function securityHeaders(isHttps: boolean, hsts: HstsMode): { readonly api: Headers; readonly page: Headers } {
  const both: Headers = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': PERMISSIONS,
    'x-frame-options': 'DENY',
    // On plain http, browsers ignore it and report an error in every page's console.
    ...(isHttps && { 'cross-origin-opener-policy': 'same-origin' }),
    ...(isHttps && hsts !== 'off' && { 'strict-transport-security': transportSecurity(hsts) }),
  };
  return {
    api: { ...both, 'content-security-policy': API_POLICY, 'cache-control': 'no-store' },
    page: { ...both, 'content-security-policy': PAGE_POLICY },
  };
}

function transportSecurity(mode: 'on' | 'subdomains'): string {
  return `max-age=${String(YEAR_S)}${mode === 'subdomains' ? '; includeSubDomains' : ''}`;
}
