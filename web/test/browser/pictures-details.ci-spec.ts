import { drawStates } from '../support/pictures.js';

drawStates('details');
