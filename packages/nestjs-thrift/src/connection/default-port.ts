/** Default port of servers and clients, the one of Apache's examples. */
export const DEFAULT_PORT = 9090;
