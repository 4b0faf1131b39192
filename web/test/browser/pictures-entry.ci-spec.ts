import { describePictures } from '../support/pictures.js';
import { ENTRY_STATES } from '../support/states/entry.js';

describePictures('entry', ENTRY_STATES);
