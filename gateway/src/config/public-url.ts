import type { Environment } from '@tasks/service';

const ALLOWED = 'like https://tasks.example.com, without a path';

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
  if (isOrigin) return url;
  if (text.includes('@')) {
    environment.report(
      `PUBLIC_URL is not shown, since it may hold a password; it must be ${ALLOWED}, user or password`,
    );
  } else environment.reject('PUBLIC_URL', text, ALLOWED);
  return undefined;
}
