/** Bare Fastify: one route replies with 100 tasks as the gateway does, one echoes what was posted. */
import type { AddressInfo } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TASKS, ready } from '../peers/answers.js';

const page = { items: TASKS.map(({ id, name, done, createdOn }) => ({ id, name, done, createdOn })), nextCursor: null };
// The instance that Nest's adapter creates, before Nest adds anything.
const server = new FastifyAdapter().getInstance();
server.get('/api/v1/tasks', () => page);
server.post('/api/v1/tasks', (request) => request.body);
await server.listen({ host: '127.0.0.1', port: 0 });
ready((server.server.address() as AddressInfo).port);
