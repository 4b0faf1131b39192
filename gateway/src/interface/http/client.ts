import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

export interface Client {
  readonly address: string;
  readonly userAgent: string;
}

export const CurrentClient = createParamDecorator((_data: unknown, context: ExecutionContext): Client => {
  const { ip, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return { address: plainAddress(ip), userAgent: headers['user-agent'] ?? '' };
});

/** Normalizes an address for logs and limits: IPv4 written as IPv6 becomes IPv4. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? ipaddr.process(address).toString() : address;
}
