// The first script: small, so that what the page needs first is on its way while the large one still arrives.
import { askEarly } from './api/early-answers.js';
import { toRoute } from './state/route.js';
import { safeLocalStorage } from './state/safe-storage.js';
import { LAST_ACCOUNT, pathsOfStart } from './state/start.js';

askEarly(pathsOfStart(toRoute(new URL(location.href)), Date.now()), safeLocalStorage.getItem(LAST_ACCOUNT));
