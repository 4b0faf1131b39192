import { drawStates } from '../support/pictures.js';
import { DETAIL_STATES } from '../support/states/details.js';

drawStates('details', DETAIL_STATES);
