import { loadSchema } from '../../../src/index.js';
import { TestServer, type Handlers } from '../../support/thrift-server.js';

/** The IDL of every type. */
export const typesSchema = loadSchema(new URL('./types.thrift', import.meta.url));

const echoing = ['everything', 'containers', 'defaults', 'tree', 'choice', 'nothing', 'palette', 'given'];
const echo = ({ it }: { it: unknown }): unknown => it;

/** Serves types.thrift: the methods that return their argument, and `others`. */
export function startTypesServer(others: Handlers = {}): Promise<TestServer> {
  const handlers = { ...Object.fromEntries(echoing.map((method) => [method, echo])), ...others };
  return TestServer.start(handlers, { idl: typesSchema, defaultService: 'Types' });
}
