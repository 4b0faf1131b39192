import 'reflect-metadata';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { API_CONTROLLERS } from './interface/http/api.js';
import { createOpenApiDocument } from './interface/http/openapi/openapi-document.js';

// `npm run openapi -w @tasks/gateway`: writes openapi.json, which a test compares with the schemas.
const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const document = createOpenApiDocument(API_CONTROLLERS, version);
writeFileSync(new URL('../openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
