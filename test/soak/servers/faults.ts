import { setTimeout as delay } from 'node:timers/promises';
import { ClientThrift } from 'nestjs-thrift';
import { ECHO_SCHEMA, EchoServer, type EchoClient } from './echo.js';

/** Something that goes wrong with one of the servers. */
export interface Fault {
  readonly about: string;
  /** Whether the server gets no calls at all while it lasts. */
  readonly ejects: boolean;
  /** Begins it; resolves as soon as it has begun. */
  begin(server: EchoServer): Promise<void>;
  /** Ends it; resolves to the server to use from then on. */
  end(server: EchoServer): Promise<EchoServer>;
}

const HOLD_MS = 500;

function restart({ host, port }: EchoServer): Promise<EchoServer> {
  return EchoServer.start(host, port);
}

/** Makes the server wait for a call while it shuts down. */
async function drain(server: EchoServer): Promise<void> {
  const client = new ClientThrift({ idl: ECHO_SCHEMA, host: server.host, port: server.port });
  await client.connect();
  const held = client.getService<EchoClient>('Echo').hold({ ms: HOLD_MS });
  await delay(HOLD_MS / 5);
  server.signal('SIGTERM');
  void held.catch(() => undefined).finally(() => client.close());
}

export const FAULTS = {
  killed: {
    about: 'ended by SIGKILL, and started again',
    ejects: true,
    begin: (server) => server.end('SIGKILL'),
    end: restart,
  },
  hung: {
    about: 'stopped by SIGSTOP, and continued',
    ejects: true,
    begin: (server) => {
      server.signal('SIGSTOP');
      return Promise.resolve();
    },
    end: (server) => {
      server.signal('SIGCONT');
      return Promise.resolve(server);
    },
  },
  slow: {
    about: 'answers 200 ms later',
    ejects: false,
    begin: (server) => {
      server.answer('slow');
      return Promise.resolve();
    },
    end: (server) => {
      server.answer('well');
      return Promise.resolve(server);
    },
  },
  restarted: {
    about: 'ended by SIGTERM, and started again',
    ejects: true,
    begin: (server) => server.end('SIGTERM'),
    end: restart,
  },
  draining: {
    about: 'shuts down while a call runs for half a second, and is started again',
    ejects: true,
    begin: drain,
    end: async (server) => {
      await server.end('SIGTERM');
      return restart(server);
    },
  },
  overloaded: {
    about: 'rejects every call at once',
    ejects: false,
    begin: (server) => {
      server.answer('overloaded');
      return Promise.resolve();
    },
    end: (server) => {
      server.answer('well');
      return Promise.resolve(server);
    },
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
