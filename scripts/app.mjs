// `npm run app`: the Tasks service, reachable from this machine only, and the gateway with the page, each a process of its
// own. Ends when one of them ends, or on Ctrl-C.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { THRIFT_PORT = '6001' } = process.env;
const services = [
  start('dist/main.js', { THRIFT_HOST: '127.0.0.1', HTTP_HOST: '127.0.0.1', THRIFT_PORT }),
  start('gateway/dist/main.js', { GATEWAY_OPS_HOST: '127.0.0.1', TASKS_SERVERS: `127.0.0.1:${THRIFT_PORT}` }),
];

// A terminal sends Ctrl-C to every process of its group by itself.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', stop);

/** Starts a service; the variables are defaults of this command. */
function start(file, variables) {
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    cwd: root,
    env: { ...variables, ...process.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 1;
    stop();
  });
  return child;
}

function stop() {
  for (const service of services) if (service.exitCode === null) service.kill('SIGTERM');
}
