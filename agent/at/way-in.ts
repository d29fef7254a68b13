/** How a modem can be talked to without stopping smsd. */
export type WayIn =
  /** Its second AT port, which smsd never opens. */
  | { readonly port: "second"; readonly tty: string }
  /** smsd's own port, which smsd does not use now. */
  | { readonly port: "at"; readonly tty: string }
  /** smsd's own port, after smsd was asked to leave this one modem alone for a moment. */
  | { readonly port: "borrowed"; readonly tty: string };

export interface WayInFacts {
  /** Terminals that answer AT; absent where there is none. */
  readonly at?: string;
  readonly second?: string;
  /** True if a program that does not step aside has the second port open. */
  readonly secondTaken: boolean;
  readonly smsdRuns: boolean;
  /** True if smsd leaves this modem alone already. */
  readonly suspended: boolean;
}

/** The gentlest way, undefined if there is none. */
export function wayIn({ at, second, secondTaken, smsdRuns, suspended }: WayInFacts): WayIn | undefined {
  if (second !== undefined && !secondTaken) return { port: "second", tty: second };
  if (at === undefined) return undefined;
  return { port: smsdRuns && !suspended ? "borrowed" : "at", tty: at };
}
