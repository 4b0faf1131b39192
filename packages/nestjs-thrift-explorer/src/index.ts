/** Public API of the explorer. */
export { ThriftExplorer, type ThriftExplorerOptions } from './explorer.js';
export { ThriftExplorerModule } from './explorer.module.js';
