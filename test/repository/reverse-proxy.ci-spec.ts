import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';
import { PASSWORD, TestGateway } from '../../gateway/test/support/test-gateway.js';

/** A loopback address of this process alone: a program that can't listen on port 0 needs ports that nobody else takes. */
const ADDRESS = `127.77.${String((process.pid >> 8) & 255)}.${String(process.pid & 255)}`;
const PORTS = { plain: 8080, tls: 8443 };
const ORIGIN = `https://localhost:${String(PORTS.tls)}`;

interface Setup {
  readonly gateway: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly folder: string;
}

interface Proxy {
  readonly version: string;
  /** The shipped file with the ports, the name and the certificate of this test. */
  readonly configure: (setup: Setup) => string;
  readonly check: (file: string) => readonly string[];
  readonly run: (file: string) => readonly string[];
}

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly localAddress?: string;
}

function shipped(path: string): string {
  return readFileSync(join(projectRoot, 'deploy/proxy', path), 'utf8');
}

const PROXIES = {
  nginx: {
    version: '-v',
    configure: ({ gateway, certFile, keyFile, folder }) => {
      const site = shipped('nginx.conf')
        .replaceAll(/^ +listen \[::\].*\n/gm, '')
        .replace('listen 80;', `listen ${ADDRESS}:${String(PORTS.plain)};`)
        .replace('listen 443 ', `listen ${ADDRESS}:${String(PORTS.tls)} `)
        .replaceAll('todo.example.com;', 'localhost;')
        .replace(/ssl_certificate .*;/, `ssl_certificate ${certFile};`)
        .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${keyFile};`)
        .replace('127.0.0.1:8080', gateway);
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/${name};`,
      );
      return `daemon off;\npid ${folder}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${paths.join('\n')}\n${site}}\n`;
    },
    check: (file) => ['-t', '-q', '-e', 'stderr', '-c', file],
    run: (file) => ['-e', 'stderr', '-c', file],
  },
  caddy: {
    version: 'version',
    configure: ({ gateway, certFile, keyFile }) => {
      const site = shipped('Caddyfile')
        .replace('todo.example.com {', `localhost {\nbind ${ADDRESS}\ntls ${certFile} ${keyFile}`)
        .replace('127.0.0.1:8080', gateway);
      return `{\nadmin off\nhttp_port ${String(PORTS.plain)}\nhttps_port ${String(PORTS.tls)}\n}\n${site}`;
    },
    check: (file) => ['validate', '--adapter', 'caddyfile', '--config', file],
    run: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
} satisfies Readonly<Record<string, Proxy>>;

function isInstalled(name: string, { version }: Proxy): boolean {
  if (spawnSync(name, [version]).status === 0) return true;
  if (process.env.REQUIRE_PROXY === '1') throw new Error(`No ${name}: apt-get install nginx-light caddy`);
  console.warn(`NOT RUN: the example for ${name}: apt-get install nginx-light caddy`);
  return false;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const socket = connect(port, ADDRESS);
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (tries === 1_000) throw error;
      await setTimeout(20);
    } finally {
      socket.destroy();
    }
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return text;
}

function describeExample(name: keyof typeof PROXIES): void {
  const proxy: Proxy = PROXIES[name];
  (isInstalled(name, proxy) ? describe : describe.skip)(`The example for ${name}`, () => {
    let certificates: Certificates;
    let gateway: TestGateway;
    let running: RunningProgram;
    let file: string;

    beforeAll(async () => {
      certificates = new Certificates();
      gateway = await TestGateway.start({ PUBLIC_URL: ORIGIN, TRUSTED_PROXIES: '127.0.0.1' });
      const { folder } = certificates;
      const setup = { ...certificates.issue('localhost', 'proxy'), folder, gateway: gateway.origin.slice(7) };
      file = join(folder, 'config');
      writeFileSync(file, proxy.configure(setup));
      const env = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
      running = new RunningProgram(name, proxy.run(file), { cwd: folder, env });
      for (const port of Object.values(PORTS)) await untilListening(port);
    }, 60_000);

    afterAll(async () => {
      running.signal('SIGTERM');
      await running.ended();
      running[Symbol.dispose]();
      await gateway.stop();
      certificates[Symbol.dispose]();
    });

    async function send(path: string, { headers, ...options }: Sending = {}, body?: object): Promise<IncomingMessage> {
      const sent = request({
        host: ADDRESS,
        port: PORTS.tls,
        path,
        servername: 'localhost',
        ca: readFileSync(certificates.caFile),
        agent: false,
        method: body ? 'POST' : 'GET',
        ...options,
        headers: {
          host: ORIGIN.slice(8),
          origin: ORIGIN,
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
      });
      sent.end(body && JSON.stringify(body));
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      return response;
    }

    it('is accepted by its program', () => {
      expect(spawnSync(name, proxy.check(file)).status).toBe(0);
      const wrong = join(certificates.folder, 'wrong');
      writeFileSync(wrong, readFileSync(file, 'utf8').replace('bind', 'bound').replace('proxy_pass', 'proxy_past'));
      expect(spawnSync(name, proxy.check(wrong)).status).not.toBe(0);
    });

    it('redirects plain http to https', async () => {
      const sent = requestPlain({
        host: ADDRESS,
        port: PORTS.plain,
        path: '/a?b',
        headers: { host: 'localhost' },
      }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(308);
      expect(response.headers.location).toMatch(/^https:\/\/localhost(:8443)?\/a\?b$/);
    });

    it('serves the page with one HSTS header', async () => {
      const response = await send('/');
      response.resume();
      expect(response.rawHeaders.filter((header) => /^strict-transport-security$/i.test(header))).toHaveLength(1);
    });

    it('gives secure cookies, and passes events on as they come', async () => {
      const account = await send('/api/v1/accounts', {}, { username: `${name}@example.com`, password: PASSWORD });
      expect(account.statusCode).toBe(201);
      account.resume();
      const [session = ''] = account.headers['set-cookie']?.filter((line) => line.includes('tasks-session')) ?? [];
      expect(session).toMatch(/^__Host-tasks-session=.*; Secure/);
      const [cookie = ''] = session.split(';');
      const events = await send('/api/v1/events', { headers: { cookie } });
      expect(events.headers['content-type']).toMatch('text/event-stream');
      const chunks = events.setEncoding('utf8').iterator()[Symbol.asyncIterator]();
      let received = String((await chunks.next()).value);
      const added = await send('/api/v1/tasks', { headers: { cookie } }, { name: 'buy milk' });
      expect(added.statusCode).toBe(201);
      added.resume();
      // The stream is still open: what was held back until its end never comes.
      while (!/^event: (?!heartbeat)/m.test(received)) received += String((await chunks.next()).value);
      events.destroy();
    });

    it("gives the client's own address to the gateway, whatever the client claims", async () => {
      const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example.com' };
      const credentials = { username: 'nobody@example.com', password: PASSWORD };
      const denied = await send('/api/v1/session', { localAddress: '127.0.0.2', headers }, credentials);
      expect(await textOf(denied)).toContain('problem');
      expect(denied.statusCode).toBe(401);
      const failures = gateway.logged.filter((line) => JSON.stringify(line).includes('log-in-failed'));
      expect(failures).toHaveLength(1);
      expect(JSON.stringify(failures)).toContain('"127.0.0.2"');
    });
  });
}

describeExample('nginx');
describeExample('caddy');
