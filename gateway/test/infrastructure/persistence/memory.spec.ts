import { MemoryAccountStore } from '../../../src/infrastructure/persistence/memory/memory-account-store.js';
import { describeAccountStore } from '../../support/account-store-contract.js';

describeAccountStore('the account store in memory', () => Promise.resolve(new MemoryAccountStore()));
