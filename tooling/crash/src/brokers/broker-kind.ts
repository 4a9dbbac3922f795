/** A broker that can be started again and again on the same files. */
export interface BrokerKind {
  readonly name: string;
  /** What it promises by itself, for the report: its settings that matter here. */
  readonly settings: string;
  /**
   * How it is started on 127.0.0.1.
   *
   * @param folder - For its files; the same one at every start of a run.
   */
  command(port: number, folder: string): { readonly program: string; readonly argv: readonly string[] };
}
