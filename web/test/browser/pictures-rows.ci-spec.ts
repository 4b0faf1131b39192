import { drawStates } from '../support/pictures.js';
import { ROW_STATES } from '../support/states/rows.js';

drawStates('rows', ROW_STATES);
