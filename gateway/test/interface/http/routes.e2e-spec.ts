import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { API_CONTROLLERS } from '../../../src/interface/http/api.js';
import { createOpenApiDocument } from '../../../src/interface/http/openapi/openapi-document.js';
import { routesOf } from '../../../src/interface/http/openapi/routes-of.js';
import { TestGateway } from '../../support/test-gateway.js';

const routes = routesOf(API_CONTROLLERS);
const committed = JSON.parse(readFileSync(new URL('../../../openapi.json', import.meta.url), 'utf8')) as {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

describe('OpenAPI document', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });

  afterAll(() => gateway.stop());

  test('openapi.json matches the schemas: run `npm run openapi -w @tasks/gateway`', () => {
    expect(committed).toEqual(createOpenApiDocument(API_CONTROLLERS, committed.info.version));
  });

  test('is served as committed', async () => {
    const { body } = await gateway.client().get('/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.1', paths: committed.paths });
  });

  test('names every existing route, and no other', async () => {
    const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];
    for (const [path, operations] of Object.entries(committed.paths)) {
      const { headers, status } = await gateway
        .client()
        .send('OPTIONS', path.replaceAll(/\{\w+\}/g, 'x'), undefined, {});
      expect({ path, status }).toEqual({ path, status: 405 });
      const allowed = (headers.get('allow') ?? '').toLowerCase().split(', ');
      const documented = methods.filter((method) => method in operations);
      expect({ path, allowed: allowed.filter((method) => method !== 'head') }).toEqual({
        path,
        allowed: documented.sort(),
      });
    }
    const running = gateway.paths.filter((url) => url.startsWith('/api/v1/'));
    const paths = running.map((url) => url.slice('/api/v1'.length).replaceAll(/:(\w+)/g, '{$1}'));
    expect([...new Set(paths)].sort()).toEqual(Object.keys(committed.paths));
  });
});

describe('routes', () => {
  test.each(routes.map((route) => [route.handler, route] as const))('%s is described', (_name, { operation }) => {
    expect(operation).toBeDefined();
  });

  test('operation ids are unique', () => {
    const ids = routes.map(({ operation }) => operation?.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  const parts = routes.flatMap((route) =>
    route.arguments.map((part) => [`${route.handler} ${part.part}`, part] as const),
  );

  test.each(parts)('%s has a strict schema', (_name, { schema }) => {
    expect(schema).toBeInstanceOf(z.ZodObject);
    expect((schema as z.ZodObject).def.catchall).toBeInstanceOf(z.ZodNever);
  });

  test('the check for strict schemas detects a loose one', () => {
    expect(z.object({}).def.catchall).toBeUndefined();
    expect(parts.length).toBeGreaterThan(15);
  });
});
