// Imports of single class-validator modules. Its main module loads 321 files, among them the telephone numbers of all
// countries: a sixth of the time from start to ready, for the names below.
import { Validator } from 'class-validator/cjs/validation/Validator.js';

export { IsDefined } from 'class-validator/cjs/decorator/common/IsDefined.js';
export { IsOptional } from 'class-validator/cjs/decorator/common/IsOptional.js';
export { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
export { ValidateNested } from 'class-validator/cjs/decorator/common/ValidateNested.js';
export { getMetadataStorage } from 'class-validator/cjs/metadata/MetadataStorage.js';

/** Validates instances of decorated classes; the same as class-validator's `validateSync`. */
export const validator = new Validator();
