import { drawStates } from '../support/pictures.js';
import { ACCOUNT_STATES } from '../support/states/account.js';

drawStates('account', ACCOUNT_STATES);
