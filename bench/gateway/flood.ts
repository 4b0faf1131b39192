import { randomInt, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

const EVERY_MS = 20;

export type FloodAnswers = Readonly<Record<number, number>>;

/**
 * Sends log-ins of unknown names at a constant rate, each from another address. The gateway must trust this machine as a
 * proxy. Call the result to end the flood.
 */
export function floodLogIns(port: number, perSecond: number): () => FloodAnswers {
  const agent = new Agent({ keepAlive: true });
  const answers: Record<number, number> = {};
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
    for (; sent < due; sent++) {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': randomAddress() };
      const attempt = request({ agent, host: '127.0.0.1', port, method: 'POST', path: '/api/v1/session', headers });
      attempt.on('response', (response) => {
        const status = response.statusCode ?? 0;
        answers[status] = (answers[status] ?? 0) + 1;
        response.resume();
      });
      attempt.on('error', () => undefined);
      attempt.end(JSON.stringify({ username: `nobody-${randomUUID()}`, password: 'not the right one' }));
    }
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    agent.destroy();
    return answers;
  };
}

function randomAddress(): string {
  return [randomInt(11, 127), randomInt(256), randomInt(256), randomInt(1, 255)].join('.');
}
