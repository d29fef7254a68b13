import type { Brokers, Handlers, LineFiles, Web } from "../../core/delivery-ports.ts";
import type { Clock, SecretStore } from "../../core/ports.ts";

/** What the clients of the receivers ask of a machine. */
export interface DeliveryPorts {
  readonly web: Web;
  readonly brokers: Brokers;
  readonly handlers: Handlers;
  readonly lineFiles: LineFiles;
  readonly secrets: SecretStore;
  readonly clock: Pick<Clock, "now">;
  /** This machine's name. */
  readonly hostName: string;
  /** This program's version. */
  readonly version: string;
}
