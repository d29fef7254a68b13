/** The wire between a modem and the machine. */
export interface Transport {
  readonly attached: boolean;
  /** Plugs in: power comes, the modem boots. */
  attach(): Promise<void>;
  /** Pulls out: whoever has the port open gets an I/O error. */
  detach(): Promise<void>;
  /** Faults changed: what was held back may go on, and interfaces may come or go. */
  refresh(): Promise<void>;
  /** Where a person finds it, e.g. `vhci port 0`. */
  readonly place: string;
}
