import type { Environment } from '@tasks/service';

/** The address that browsers use: a scheme, a host, an optional port, and nothing else. */
export function readPublicUrl(environment: Environment): URL | undefined {
  const text = environment.text('PUBLIC_URL');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  if (!isOrigin) environment.reject('PUBLIC_URL', text, 'like https://tasks.example.com, without a path');
  return url;
}
