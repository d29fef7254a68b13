import type { DeliveryPorts } from "../../../../agent/delivery/ports.ts";
import type { Envelope } from "../../../../agent/delivery/types.ts";
import type { BrokerOptions, ProgramCall, WebAnswer, WebRequest } from "../../../../core/delivery-ports.ts";
import { ModemkeeperError } from "../../../../core/errors.ts";
import type { Sink } from "../../../../core/model/inventory.ts";
import type { SecretRef } from "../../../../core/secret.ts";

export const ENVELOPE: Envelope = {
  id: "0123456789abcdef0123456789abcdef",
  type: "modemkeeper.sms.received",
  source: "/modemkeeper/gateway/SIM7600",
  time: "2026-01-10T21:59:00.000Z",
  data: { id: "0123456789abcdef0123456789abcdef", from: "+491701234567", text: "Grüße 🎉" },
  file: "/var/spool/sms/incoming/SIM7600.aB3dE6",
};

/** Writing down what it is asked, and answering as it is told. */
export class ScriptedPorts implements DeliveryPorts {
  readonly hostName = "gateway";
  readonly version = "1.2.3";
  readonly requests: WebRequest[] = [];
  readonly calls: ProgramCall[] = [];
  readonly lines: { readonly path: string; readonly line: string; readonly rotation: object }[] = [];
  readonly connections: BrokerOptions[] = [];
  readonly published: object[] = [];
  readonly stored = new Map<string, string>();
  closedBrokers = 0;
  now = new Date("2026-01-10T22:00:00.500Z");
  onRequest: (request: WebRequest) => WebAnswer = () => ({ status: 200, headers: {}, body: "" });
  onCall: () => { readonly code: number; readonly late: boolean; readonly said: string } = () => ({
    ...{ code: 0, late: false, said: "" },
  });
  onLine: () => void = () => {};
  onPublish: () => void = () => {};

  readonly clock = { now: () => this.now };
  readonly secrets = {
    read: async (ref: SecretRef) => {
      const value = ref.from === "file" ? this.stored.get(ref.path) : undefined;
      if (value === undefined)
        throw new ModemkeeperError("precondition-missing", "cannot use the secret: there is no such file");
      return value;
    },
  };
  readonly web = {
    send: async (request: WebRequest) => {
      this.requests.push(request);
      return this.onRequest(request);
    },
    close: async () => {},
  };
  readonly handlers = {
    run: async (call: ProgramCall) => {
      this.calls.push(call);
      return this.onCall();
    },
  };
  readonly lineFiles = {
    append: async (path: string, line: string, rotation: object) => {
      this.onLine();
      this.lines.push({ path, line, rotation });
    },
  };
  readonly brokers = {
    connect: async (options: BrokerOptions) => {
      this.connections.push(options);
      return {
        publish: async (message: object) => {
          this.onPublish();
          this.published.push(message);
        },
        close: async () => {
          this.closedBrokers += 1;
        },
      };
    },
  };
}

export function sink(type: string, options: Sink["options"], secrets: Record<string, string> = {}): Sink {
  const refs = Object.entries(secrets).map(([name, path]) => [name, { from: "file" as const, path }] as const);
  return { name: "receiver", type, options: { timeout: 10, ...options }, secrets: Object.fromEntries(refs) };
}

export const NEVER: AbortSignal = new AbortController().signal;
