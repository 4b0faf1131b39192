import { parseArgs } from 'node:util';
import { startThriftTestServer, type ThriftTestServerOptions } from './start-thrift-test-server.js';

const USAGE = `Usage: npm run thrift-test-server -- [--port N] [--host H] [--string-limit N] [--container-limit N]
Serves Apache's ThriftTest and SecondService in every dialect on one port.
  --port N             default 9090; 0 = any free port
  --host H             default 0.0.0.0
  --string-limit N     longest string or binary accepted, in bytes
  --container-limit N  most elements of a list, set or map accepted`;

const DEFAULT_PORT = 9090;

function readOptions(): ThriftTestServerOptions | 'help' {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '0.0.0.0' },
      'string-limit': { type: 'string' },
      'container-limit': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const stringLimit = readNumber('--string-limit', values['string-limit']);
  const containerLimit = readNumber('--container-limit', values['container-limit']);
  return {
    port: readNumber('--port', values.port) ?? DEFAULT_PORT,
    host: values.host,
    logLevels: ['warn', 'error', 'fatal'],
    ...(stringLimit !== undefined && { stringLimit }),
    ...(containerLimit !== undefined && { containerLimit }),
  };
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

async function serve(options: ThriftTestServerOptions): Promise<void> {
  const server = await startThriftTestServer(options);
  console.log(`ThriftTest listens on ${server.host}:${String(server.port)}`);
  const stop = (): void => {
    void server.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

try {
  const options = readOptions();
  if (options === 'help') console.log(USAGE);
  else await serve(options);
} catch (error) {
  const wrongUsage = error instanceof TypeError || error instanceof RangeError;
  console.error(error instanceof Error ? error.message : error);
  if (wrongUsage) console.error(USAGE);
  process.exitCode = wrongUsage ? 2 : 1;
}
