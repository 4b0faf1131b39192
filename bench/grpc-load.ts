import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { LoadJob } from './job.js';

type Call = (args: object, callback: (error: Error | null) => void) => void;

/** Keeps calls under way through the gRPC client, one channel a connection; tells of each call when it started. */
export function grpcCaller(job: LoadJob, ended: (startedAtMs: number) => void): Promise<void> {
  const proto = loadPackageDefinition(loadSync(process.env['BENCH_PROTO'] ?? ''));
  const Client = (proto['tasks'] as unknown as { Tasks: ServiceClientConstructor }).Tasks;
  for (let i = 0; i < job.connections; i++) {
    const options = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': -1 };
    const client = new Client(`${job.host}:${String(job.port)}`, credentials.createInsecure(), options);
    const method = (client as unknown as Record<string, Call>)[job.method] as Call;
    const args = { userId: 'alice', name: 'buy milk and bread' };
    const call = (): void => {
      const startedAtMs = performance.now();
      method.call(client, args, (error) => {
        if (error !== null) throw error;
        ended(startedAtMs);
        call();
      });
    };
    for (let k = 0; k < job.pipeline; k++) call();
  }
  return Promise.resolve();
}
