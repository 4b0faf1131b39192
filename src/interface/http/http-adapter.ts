import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Fastify would load ajv and 110 more files to compile the schemas of routes, at every start; no route here has one. */
function refuseSchemas(): never {
  throw new Error('A route has a schema: leave `schemaController` of FastifyAdapter to its default');
}

/** The HTTP server of health and metrics. Closing it does not wait for idle connections. */
export function createHttpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    forceCloseConnections: true,
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
  });
}
