/** The port that Apache's examples use: where a server listens, and a client connects, unless told otherwise. */
export const DEFAULT_PORT = 9090;
