import { basename } from 'node:path';
import { parseSchema } from './idl/load-schema.js';
import { manifest } from './manifest.js';
import type { Schema, ServiceSchema } from './schema.js';

/** Whether a service works, for `Meta.health`. */
export interface ThriftHealthStatus {
  readonly ok: boolean;
  /** Why, or what was checked. It must not contain secrets. */
  readonly message?: string | undefined;
}

/** Name of the service that answers questions about a server. */
export const META = 'Meta';

/** The same methods and field ids as `meta.thrift` of Uber's TChannel, so that its tools understand the answers. */
const META_IDL = `
struct HealthStatus {
  1: required bool ok
  2: optional string message
}

struct ThriftIDLs {
  /** The texts by file name, relative to the folder of the entry point. */
  1: required map<string, string> idls
  /** The file that is served; it includes the others. */
  2: required string entryPoint
}

struct VersionInfo {
  /** The implementation's language, its version, and the version of nestjs-thrift. */
  1: required string language
  2: required string language_version
  3: required string version
}

/** Questions about a server. */
service Meta {
  /** Whether the service works. */
  HealthStatus health()
  /** The IDL that the server was started with. */
  ThriftIDLs thriftIDL()
  /** What the server runs on. */
  VersionInfo versionInfo()
}
`;

/** A new schema with the service `Meta`. */
export function metaSchema(): Schema {
  return parseSchema(META_IDL, 'meta.thrift');
}

/** Whether an IDL has a service of that name itself. */
export function declaresMeta({ services }: Schema): boolean {
  return [...services.values()].some(({ name }) => name === META);
}

/** What `Meta.thriftIDL` returns. */
export interface ThriftIdls {
  readonly idls: ReadonlyMap<string, string>;
  readonly entryPoint: string;
}

/** The service `Meta` of a server, and its handlers by method. */
export interface MetaService {
  readonly service: ServiceSchema;
  readonly handlers: ReadonlyMap<string, () => unknown>;
}

/** @param health answers `Meta.health`; without it, a server that answers is healthy. */
export function metaService(
  { file, sources = new Map() }: Schema,
  health: () => ThriftHealthStatus | Promise<ThriftHealthStatus> = () => ({ ok: true }),
): MetaService {
  const idls: ThriftIdls = { idls: sources, entryPoint: basename(file) };
  const versionInfo = (): object => ({
    language: 'node',
    language_version: process.versions.node,
    version: manifest().version,
  });
  const handlers = new Map<string, () => unknown>([
    ['health', health],
    ['thriftIDL', () => idls],
    ['versionInfo', versionInfo],
  ]);
  return { service: metaSchema().services.get(META) as ServiceSchema, handlers };
}
