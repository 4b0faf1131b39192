import { useEffect, useState } from 'preact/hooks';
import { EntryApi, type AccountRules } from '../api/account-api.js';

/** What the server asks of new accounts and passwords; undefined until it is known. */
export function useAccountRules(): AccountRules | undefined {
  const [rules, setRules] = useState<AccountRules>();
  useEffect(() => {
    // Without them the server's answer to the form says what is wrong.
    new EntryApi().rules().then(setRules, () => undefined);
  }, []);
  return rules;
}
