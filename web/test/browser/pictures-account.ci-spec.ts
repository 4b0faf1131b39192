import { describePictures } from '../support/pictures.js';
import { ACCOUNT_STATES } from '../support/states/account.js';

describePictures('account', ACCOUNT_STATES);
