export { storeContract, type ContractRunner, type StoreHarness } from './store-contract.ts';
