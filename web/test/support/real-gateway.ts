import { pino } from 'pino';
import { parseConfig } from '../../../gateway/src/config/config.js';
import { startGateway, type RunningGateway } from '../../../gateway/src/gateway.js';
import { ScryptPasswordHasher } from '../../../gateway/src/infrastructure/hashing/scrypt-password-hasher.js';
import { TestApp } from '../../../test/support/app.js';

/** Slow hashes prove nothing here. */
const CHEAP_HASHES = { logN: 4, r: 8, p: 1 };

/** The gateway with the built page, and the Tasks service behind it, both in this process and in memory. */
export class RealGateway {
  #tasks: TestApp | undefined;
  #gateway: RunningGateway | undefined;

  async start(): Promise<void> {
    this.#tasks = await TestApp.start();
    const config = parseConfig({
      GATEWAY_HOST: '127.0.0.1',
      GATEWAY_PORT: '0',
      GATEWAY_OPS_PORT: 'off',
      GATEWAY_STORE: 'memory',
      TASKS_SERVERS: `127.0.0.1:${String(this.#tasks.port)}`,
    });
    const options = {
      hasher: new ScryptPasswordHasher(CHEAP_HASHES),
      pageFolder: new URL('../../dist/', import.meta.url),
    };
    this.#gateway = await startGateway(config, pino({ level: 'silent' }), '0.0.0-test', options);
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.#gateway?.port)}`;
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop();
    await this.#tasks?.stop();
  }
}
