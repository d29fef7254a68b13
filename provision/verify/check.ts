/** What one look at the running gateway found. */
export interface Check {
  /** Stable kebab-case name. */
  readonly name: string;
  readonly level: "ok" | "info" | "warning" | "error";
  /** One sentence with its evidence. */
  readonly sentence: string;
  /** What to do about it; absent where nothing needs doing. */
  readonly fix?: string;
}
