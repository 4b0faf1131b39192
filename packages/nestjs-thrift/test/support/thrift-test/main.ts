import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startThriftTestServer, type ThriftTestServerOptions } from './start-thrift-test-server.js';

const USAGE = `Usage: npm run thrift-test-server -w nestjs-thrift -- [--port N] [OPTION]...
Serves Apache's ThriftTest and SecondService in every dialect on one port.
  --port N             default 9090; 0 = any free port
  --host H             default 0.0.0.0
  --domain-socket PATH a Unix domain socket, in place of port and host
  --tls                TLS only, with a certificate for localhost that is for tests alone
  --cert FILE          another certificate, PEM
  --key FILE           its key, PEM
  --ca FILE            mutual TLS: clients need a certificate of these authorities, PEM
  --string-limit N     longest string or binary accepted, in bytes
  --container-limit N  most elements of a list, set or map accepted`;

const DEFAULT_PORT = 9090;

function readOptions(): ThriftTestServerOptions | 'help' {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '0.0.0.0' },
      'domain-socket': { type: 'string' },
      tls: { type: 'boolean', default: false },
      cert: { type: 'string' },
      key: { type: 'string' },
      ca: { type: 'string' },
      'string-limit': { type: 'string' },
      'container-limit': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const stringLimit = readNumber('--string-limit', values['string-limit']);
  const containerLimit = readNumber('--container-limit', values['container-limit']);
  const path = values['domain-socket'];
  const tls = readTls(values);
  return {
    ...(path !== undefined && { path }),
    ...(tls !== undefined && { tls }),
    port: readNumber('--port', values.port) ?? DEFAULT_PORT,
    host: values.host,
    logLevels: ['warn', 'error', 'fatal'],
    ...(stringLimit !== undefined && { stringLimit }),
    ...(containerLimit !== undefined && { containerLimit }),
  };
}

function readTls(given: { tls: boolean; cert?: string; key?: string; ca?: string }): ThriftTestServerOptions['tls'] {
  const { tls, cert, key, ca } = given;
  if (!tls && (cert ?? key ?? ca) !== undefined) throw new RangeError('--cert, --key and --ca need --tls');
  if ((cert === undefined) !== (key === undefined)) throw new RangeError('--cert and --key go together');
  if (!tls) return undefined;
  const files =
    cert === undefined || key === undefined
      ? { certFile: testFile('localhost-cert.pem'), keyFile: testFile('localhost-key.pem') }
      : { certFile: cert, keyFile: key };
  return ca === undefined ? files : { ...files, caFile: ca };
}

function testFile(name: string): string {
  return fileURLToPath(new URL(`../../client/tls/${name}`, import.meta.url));
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

async function serve(options: ThriftTestServerOptions): Promise<void> {
  const server = await startThriftTestServer(options);
  const where = server.port === 0 ? server.host : `${server.host}:${String(server.port)}`;
  console.log(`ThriftTest listens on ${where}${options.tls === undefined ? '' : ' by TLS'}`);
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
