export {
  scramAuthenticator,
  SCRAM_SHA_256,
  type ScramAuthenticator,
  type ScramAuthenticatorOptions,
} from './scram-authenticator.ts';
export { deriveScramCredentials, type DeriveOptions, type ScramCredentials } from './scram-credentials.ts';
