export { MemoryStore } from './memory-store.ts';
export { StoreError, type DeliveryPage, type DeliveryPageRequest, type Store, type StoreStatistics } from './store.ts';

// For stores.
export { StoreState } from './store-state.ts';
