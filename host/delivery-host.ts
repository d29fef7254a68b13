import { hostname } from "node:os";
import type { DeliveryHost } from "../core/delivery-ports.ts";
import { realBrokers } from "./brokers.ts";
import { realFolderWatch } from "./folder-watch.ts";
import { RealHandlers } from "./handlers.ts";
import { RealLineFiles } from "./line-files.ts";
import { RealSpoolFiles } from "./spool-files.ts";
import { RealWeb } from "./web.ts";

/** This machine as received messages and notices need it. Nothing is opened or loaded before it is used. */
export function realDeliveryHost(): DeliveryHost {
  return {
    hostName: hostname(),
    web: new RealWeb(),
    brokers: realBrokers,
    handlers: new RealHandlers(),
    lineFiles: new RealLineFiles(),
    watch: realFolderWatch,
    spoolFiles: new RealSpoolFiles(),
  };
}
