/**
 * Settles as `work` does, or as `onTimeout` does after the time limit. The work itself is not stopped; a later
 * failure is ignored.
 *
 * @param limitMs Time limit of the work, in milliseconds.
 * @param onTimeout Returns the result instead, or throws.
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
