import type { FastifyRequest } from 'fastify';

/** Path prefix of the API. */
export const API_PATH = '/api/v1';

/** Whether the request is for the API rather than for the page. */
export function isApi({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return url.startsWith('/api/');
}
