import { describePictures } from '../support/pictures.js';
import { ROW_STATES } from '../support/states/rows.js';

describePictures('rows', ROW_STATES);
