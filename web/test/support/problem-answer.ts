/** An answer of the API that reports a problem. @param type Last segment of its type. */
export function problemAnswer(status: number, type: string): Response {
  const headers = { 'content-type': 'application/problem+json' };
  return Response.json({ type: `urn:tasks:problem:${type}` }, { status, headers });
}
