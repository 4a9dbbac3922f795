export const CONFORMANCE_PACKAGE = "conformance";
