/** The embedded store can't be opened; the message says why and what to do, in words for whoever runs the service. */
export class EmbeddedStoreError extends Error {
  override readonly name = 'EmbeddedStoreError';
}
