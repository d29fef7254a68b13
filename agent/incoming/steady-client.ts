import { messageOf } from "../../core/errors.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { parallelOf } from "../delivery/options.ts";
import type { DeliveryResult, Envelope, SinkClient } from "../delivery/types.ts";

/** Makes the client of a sink: reads its secrets, loads what it needs. */
export type Connect = (sink: Sink) => Promise<SinkClient>;

/**
 * A client that is made at once, in the background: the first message does not wait for modules to be loaded (seconds on a
 * busy board). One that cannot be made, because a secret is missing, say, fails its attempts, and is tried anew at each:
 * messages wait meanwhile as for any sink that is down.
 */
export function steadyClient(sink: Sink, connect: Connect): SinkClient {
  let made: Promise<SinkClient> | undefined = connect(sink);
  // Told by the attempt that it fails.
  made.catch(() => {});
  return {
    name: sink.name,
    type: sink.type,
    parallel: parallelOf(sink),
    async deliver(envelope: Envelope, signal: AbortSignal): Promise<DeliveryResult> {
      made ??= connect(sink);
      try {
        return await (await made).deliver(envelope, signal);
      } catch (error) {
        made = undefined;
        return { outcome: "retry", detail: messageOf(error) };
      }
    },
    async close() {
      const client = await made?.catch(() => undefined);
      await client?.close();
    },
  };
}
