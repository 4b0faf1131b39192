/** What the page shows: the part of its address after `#`, which browsers don't send to the server. */
export type Route =
  | { readonly view: 'overview' | 'constants' }
  | { readonly view: 'type' | 'service'; readonly name: string }
  | { readonly view: 'method'; readonly service: string; readonly method: string; readonly link: LinkedCall };

/** The call that a permalink has. Headers are not in it: they may be credentials. */
export interface LinkedCall {
  /** The arguments as JSON. */
  readonly args?: string;
  readonly timeoutMs?: string;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [kind = '', encoded = ''] = path.split('/');
  const name = decode(encoded);
  if (kind === 'types' && name !== '') return { view: 'type', name };
  if (kind === 'services' && name !== '') return { view: 'service', name };
  if (kind === 'constants') return { view: 'constants' };
  const dot = name.lastIndexOf('.');
  if (kind !== 'methods' || dot < 1) return { view: 'overview' };
  const parameters = new URLSearchParams(query);
  const args = parameters.get('args');
  const timeoutMs = parameters.get('timeout');
  const link = { ...(args !== null && { args }), ...(timeoutMs !== null && { timeoutMs }) };
  return { view: 'method', service: name.slice(0, dot), method: name.slice(dot + 1), link };
}

export function hashOfMethod(service: string, method: string, { args, timeoutMs }: LinkedCall = {}): string {
  const parameters = new URLSearchParams({
    ...(args !== undefined && { args }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  }).toString();
  return `#/methods/${encodeURIComponent(`${service}.${method}`)}${parameters && `?${parameters}`}`;
}

export function hashOfType(name: string): string {
  return `#/types/${encodeURIComponent(name)}`;
}

export function hashOfService(name: string): string {
  return `#/services/${encodeURIComponent(name)}`;
}

export const CONSTANTS_HASH = '#/constants';

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
