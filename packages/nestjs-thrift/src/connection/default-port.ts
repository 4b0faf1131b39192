/** Default port of servers and clients, as in Apache's examples. */
export const DEFAULT_PORT = 9090;
