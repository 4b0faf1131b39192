import { useState } from 'preact/hooks';
import { asApiError } from '../api/api-error.js';
import { useTexts, useTextsOf } from '../ui/context.js';
import { formTexts } from '../ui/texts.js';

/** A request of a dialog, whose failure is shown inside it: messages of the page are below a dialog. */
interface Attempt {
  /** Runs the action, unless one is running. */
  readonly run: (action: () => Promise<void>) => Promise<void>;
  readonly isRunning: boolean;
  /** Why the last action failed. */
  readonly problem: string | undefined;
}

export function useAttempt(): Attempt {
  const texts = useTexts();
  const { rules } = useTextsOf(formTexts);
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (action: () => Promise<void>): Promise<void> => {
    if (isRunning) return;
    setRunning(true);
    setProblem(undefined);
    try {
      await action();
    } catch (error) {
      const failure = asApiError(error);
      // Another dialog asks for the password.
      if (!failure.isSessionLost && failure.type !== 'cancelled') {
        const [fault] = failure.errors;
        setProblem((fault && rules[fault.code]?.(fault.limit)) ?? texts.rejection(failure.type, fault));
      }
    }
    setRunning(false);
  };
  return { run, isRunning, problem };
}
