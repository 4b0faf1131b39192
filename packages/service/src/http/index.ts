/** What both HTTP servers of a service, the public one and that of health and metrics, are hardened with. */
export { HttpConnections } from './http-connections.js';
export { networkOf } from './network-of.js';
