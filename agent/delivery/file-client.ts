import { messageOf } from "../../core/errors.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { cloudEvent } from "./cloud-event.ts";
import { shortDetail } from "./http-answer.ts";
import { numberOption, requiredText } from "./options.ts";
import type { DeliveryPorts } from "./ports.ts";
import type { DeliveryResult, Envelope, SinkClient } from "./types.ts";

const ROTATE_AT = 100_000_000;
const KEEP = 5;
/** Those that wait for the same file share one sync. */
const PARALLEL = 64;

/** Appends each event as one line of JSON to a file. */
export class FileClient implements SinkClient {
  readonly type = "file";
  readonly name: string;
  readonly parallel = PARALLEL;
  readonly #ports: Pick<DeliveryPorts, "lineFiles">;
  readonly #path: string;
  readonly #rotation: { readonly rotateAt: number; readonly keep: number };

  constructor(sink: Sink, ports: Pick<DeliveryPorts, "lineFiles">) {
    this.name = sink.name;
    this.#ports = ports;
    this.#path = requiredText(sink, "path");
    this.#rotation = {
      rotateAt: numberOption(sink, "rotate_at", ROTATE_AT),
      keep: numberOption(sink, "keep", KEEP),
    };
  }

  async deliver(envelope: Envelope): Promise<DeliveryResult> {
    try {
      await this.#ports.lineFiles.append(this.#path, cloudEvent(envelope), this.#rotation);
      return { outcome: "delivered", detail: "written and synced" };
    } catch (error) {
      return { outcome: "retry", detail: shortDetail(messageOf(error)) };
    }
  }

  async close(): Promise<void> {}
}
