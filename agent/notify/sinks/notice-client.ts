import type { AgentHost } from "../../../core/agent-ports.ts";
import type { Inventory, Sink } from "../../../core/model/inventory.ts";
import { textMapOption } from "../../delivery/options.ts";
import type { DeliveryPorts } from "../../delivery/ports.ts";
import { sinkClient } from "../../delivery/sink-client.ts";
import type { NoticeClient } from "../client.ts";
import { EnvelopedClient } from "./enveloped.ts";

/** What clients of notices ask for beyond what messages need. */
export interface NoticeMeans {
  readonly host: Pick<AgentHost, "clock" | "monotonic" | "files" | "smsd">;
  readonly ports: DeliveryPorts;
  readonly smsd: Inventory["smsd"];
  /** Whether a modem, or any, can send now. */
  modemWorks(name: string | undefined): boolean;
}

/**
 * The client of a receiver of notices. Connects to nothing yet; what only some need is loaded where there is one.
 * @throws ModemkeeperError inventory-invalid for an option that is missing
 */
export async function noticeClient(sink: Sink, means: NoticeMeans): Promise<NoticeClient> {
  const { ports, host } = means;
  switch (sink.type) {
    case "ntfy":
      return new (await import("./ntfy.ts")).NtfyClient(sink, ports);
    case "alertmanager":
      return new (await import("./alertmanager.ts")).AlertmanagerClient(sink, ports, host);
    case "sms":
      return new (await import("./sms.ts")).SmsClient(sink, means);
    default:
      return new EnvelopedClient(await sinkClient(sink, ports), textMapOption(sink, "level_words"), () =>
        host.clock.now().getTime(),
      );
  }
}
