export { transportContract, type ContractRunner, type TransportHarness } from './transport-contract.ts';
export { TransportRecorder } from './transport-recorder.ts';
