import { drawStates } from '../support/pictures.js';
import { LIST_STATES } from '../support/states/lists.js';

drawStates('lists', LIST_STATES);
