import type { FastifyRequest } from 'fastify';

/** Where the API begins. */
export const API_PATH = '/api/v1';

/** Whether the request is for the API rather than for the page. */
export function isApi({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return url.startsWith('/api/');
}
