/**
 * Settles as `work` does, or as `onTimeout` does when that takes too long. The work itself is not stopped; if it fails
 * later, it is ignored.
 *
 * @param limitMs How long the work may take, in milliseconds.
 * @param onTimeout Makes the result instead, or throws.
 */
export async function withTimeout<Result, Late>(
  work: Promise<Result>,
  limitMs: number,
  onTimeout: () => Late | Promise<Late>,
): Promise<Result | Late> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  try {
    return await Promise.race([work, elapsed.then(onTimeout)]);
  } finally {
    clearTimeout(timer);
  }
}
