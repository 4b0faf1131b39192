/** The lower bound of a call's cost: a TCP server that sends back the bytes it receives. */
import { createServer, type AddressInfo } from 'node:net';
import { ready } from './answers.js';

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('error', () => undefined);
});
server.listen(0, '127.0.0.1', () => {
  ready((server.address() as AddressInfo).port);
});
