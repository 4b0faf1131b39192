// `npm run app`: the Tasks service, reachable from this machine only, and the gateway with the page, each in its own
// process. Stops both when either exits or on SIGHUP, SIGINT (Ctrl-C), SIGQUIT or SIGTERM.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const settings = fileURLToPath(new URL('../.env', import.meta.url));
// The services read `.env` too, but variables set here override it.
if (existsSync(settings)) process.loadEnvFile(settings);
const THRIFT_PORT = process.env.THRIFT_PORT?.trim() || '6001';
if (Number(THRIFT_PORT) === 0 && !process.env.TASKS_SERVERS) {
  console.error('THRIFT_PORT is 0, but the gateway has to know the port of Tasks: set 1-65535, or unset it');
  process.exit(1);
}
const { GATEWAY_HOST, SIGN_UP } = process.env;
console.error('Starting Tasks and the gateway, which logs the address of the page. Ctrl-C stops both.');
if (SIGN_UP?.trim() !== 'closed' && !GATEWAY_HOST?.trim()) {
  console.error('Anyone on your network can sign up: set GATEWAY_HOST=127.0.0.1 or SIGN_UP=closed to prevent that.');
}
const services = [
  start('dist/main.js', { THRIFT_HOST: '127.0.0.1', HTTP_HOST: '127.0.0.1', THRIFT_PORT }),
  start('gateway/dist/main.js', { GATEWAY_OPS_HOST: '127.0.0.1', TASKS_SERVERS: `127.0.0.1:${THRIFT_PORT}` }),
];
let isStopping = false;
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, stop);
// The services have no handler for SIGQUIT (Ctrl-\): it would end them without a clean stop.
process.on('SIGQUIT', () => stop('SIGTERM'));

/** Starts a service; the variables are defaults of this command. */
function start(file, variables) {
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    cwd: root,
    env: { ...variables, ...process.env },
    stdio: ['ignore', 'inherit', 'inherit'],
    // Ctrl-C reaches every process of the terminal's group. Forwarded as well, it would be a second signal, which ends a
    // service at once.
    detached: true,
  });
  // A failed spawn reports no exit.
  child.on('error', (error) => {
    console.error(`${file} cannot be started: ${error.message}`);
    process.exitCode ||= 1;
    if (!isStopping) stop('SIGTERM');
  });
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 1;
    if (!isStopping) stop('SIGTERM');
  });
  return child;
}

function stop(signal) {
  isStopping = true;
  for (const service of services) service.kill(signal);
}
