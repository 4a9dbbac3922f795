export { MemoryStore } from './memory-store.ts';
export {
  queuedBytes,
  StoreError,
  type CommitStatistics,
  type DeliveryPage,
  type DeliveryPageRequest,
  type Store,
  type StoreErrorCode,
  type StoreHealth,
  type StoreSnapshot,
  type StoreStatistics,
} from './store.ts';

// For stores.
export { StoreState, type StateSnapshot } from './store-state.ts';
