import { describePictures } from '../support/pictures.js';
import { LIST_STATES } from '../support/states/lists.js';

describePictures('lists', LIST_STATES);
