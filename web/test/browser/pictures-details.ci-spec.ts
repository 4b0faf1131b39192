import { describe } from '@jest/globals';
import { drawStates } from '../support/pictures.js';

describe('Pictures of the page', () => {
  drawStates('details');
});
