import { connect } from 'node:net';
import type { Dialect } from './dialects.js';

const CALL = '[1,"testVoid",1,1,{}]';
const ENOUGH_MS = 5_000;

/** Sends one call in JSON, and returns the number of replies: as soon as it is two, otherwise after a while. */
export function repliesToOneCall(port: number, { dialect }: { readonly dialect: Dialect }): Promise<string> {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(CALL.length);
  const socket = connect(port, '127.0.0.1');
  socket.write(dialect.framing === 'framed' ? Buffer.concat([length, Buffer.from(CALL)]) : CALL);
  let text = '';
  return new Promise((resolve) => {
    const tell = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(`replies to one call: ${String(Math.min(text.split('"testVoid"').length - 1, 2))}`);
    };
    const timer = setTimeout(tell, ENOUGH_MS);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (text.split('"testVoid"').length > 2) tell();
    });
    socket.on('close', tell).on('error', tell);
  });
}
