/** How the program ends, for whoever started it. The numbers are mosquitto's. */
export const ExitCode = {
  /** Ended by SIGTERM or SIGINT, or did what it was asked. */
  success: 0,
  /** Could not listen, or failed while running. */
  failure: 1,
  /** Wrong arguments or configuration. */
  wrongInput: 3,
} as const;
