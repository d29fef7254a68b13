import type { Sink } from "../../../core/model/inventory.ts";
import { textMapOption } from "../../delivery/options.ts";
import { sinkClient } from "../../delivery/sink-client.ts";
import type { NoticeClient } from "../client.ts";
import { EnvelopedClient } from "./enveloped.ts";
import type { NoticeMeans } from "./notice-means.ts";

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
