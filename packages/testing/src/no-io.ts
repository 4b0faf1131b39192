import childProcess from 'node:child_process';
import net from 'node:net';

/** Operations forbidden in a unit spec: such a test belongs in an `.e2e-spec.ts`. */
function forbidden(what: string): never {
  throw new Error(`a unit spec must not ${what}: name the file .e2e-spec.ts or .ci-spec.ts`);
}

net.Server.prototype.listen = () => forbidden('listen on a socket');
net.Socket.prototype.connect = () => forbidden('connect a socket');
Object.assign(childProcess.ChildProcess.prototype, { spawn: () => forbidden('start a program') });
