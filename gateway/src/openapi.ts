import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { versionIn } from '@tasks/service';
import { API_CONTROLLERS } from './interface/http/api.js';
import { createOpenApiDocument } from './interface/http/openapi/openapi-document.js';

// `npm run openapi -w @tasks/gateway`: writes openapi.json, which a test compares with the schemas.
const version = versionIn(new URL('../package.json', import.meta.url));
const document = createOpenApiDocument(API_CONTROLLERS, version);
writeFileSync(new URL('../openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
