import { describePictures } from '../support/pictures.js';
import { DETAIL_STATES } from '../support/states/details.js';

describePictures('details', DETAIL_STATES);
