import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** Who is at the other end of the connection. */
export interface Client {
  readonly address: string;
  readonly userAgent: string;
}

/** The client of the request. */
export const CurrentClient = createParamDecorator((_data: unknown, context: ExecutionContext): Client => {
  const { ip, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return { address: plainAddress(ip), userAgent: headers['user-agent'] ?? '' };
});

/** An address as it is logged and counted: IPv4 addresses in the form of IPv6 are IPv4 addresses. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? ipaddr.process(address).toString() : address;
}
