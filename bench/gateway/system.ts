import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { servicePeer } from '../peers.js';
import { ServerProcess } from '../server-process.js';

const PASSWORD = `bench ${randomUUID()}`;
const SEEDED_TASKS = 100;

/** A user of the gateway, with 100 tasks. */
export interface BenchUser {
  readonly accountId: string;
  readonly cookie: string;
}

/** Starts the Tasks service on its memory store, on the processor of the load: the measured server has its own. */
export function startTasks(): Promise<ServerProcess> {
  return ServerProcess.start(servicePeer('Tasks', { STORE: 'memory' }), 0, 1);
}

/** Starts the gateway in front of a task service, with limits too wide to be reached. */
export function startGateway(tasks: ServerProcess, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  return ServerProcess.start(
    {
      name: 'gateway',
      command: [process.execPath, join('gateway', 'dist', 'main.js')],
      env: {
        GATEWAY_HOST: '127.0.0.1',
        GATEWAY_PORT: '0',
        GATEWAY_OPS_HOST: '127.0.0.1',
        GATEWAY_OPS_PORT: '0',
        GATEWAY_REQUESTS_PER_NETWORK: '10000000',
        GATEWAY_REQUESTS_PER_ACCOUNT: '10000000',
        TASKS_SERVERS: `127.0.0.1:${String(tasks.port)}`,
        LOG_FORMAT: 'json',
        ...env,
      },
      readyPattern: /API.*?http:\/\/127\.0\.0\.1:(\d+)/,
    },
    0,
  );
}

/** Signs up; not measured. */
export async function signUp(port: number, username: string): Promise<BenchUser> {
  const response = await call(port, 'POST', '/accounts', {}, { username, password: PASSWORD });
  const { account } = (await response.json()) as { account: { id: string } };
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  return { accountId: account.id, cookie };
}

/** Adds the user's tasks; returns the id of one. */
export async function seed(port: number, { cookie }: BenchUser): Promise<string> {
  let taskId = '';
  for (let i = 0; i < SEEDED_TASKS; i++) taskId = await addTask(port, cookie, `task number ${String(i)}`);
  return taskId;
}

/** Adds a task; returns its id. */
export async function addTask(port: number, cookie: string, name: string): Promise<string> {
  const response = await call(port, 'POST', '/tasks', { cookie }, { name });
  return ((await response.json()) as { id: string }).id;
}

/** An API request as HTTP text. */
export function requestText(port: number, method: string, path: string, cookie?: string, body?: object): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  const host = `127.0.0.1:${String(port)}`;
  const lines = [`${method} /api/v1${path} HTTP/1.1`, `host: ${host}`, `origin: http://${host}`];
  if (cookie !== undefined) lines.push(`cookie: ${cookie}`);
  if (body !== undefined) lines.push('content-type: application/json', `content-length: ${String(text.length)}`);
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}

async function call(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<Response> {
  const origin = `http://127.0.0.1:${String(port)}`;
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { origin, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`);
  return response;
}
