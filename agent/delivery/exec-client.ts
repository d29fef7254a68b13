import type { ProgramCall } from "../../core/delivery-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { SECOND } from "../decide/durations.ts";
import { inert } from "../views/inert.ts";
import { shortDetail } from "./http-answer.ts";
import { parallelOf, textOption, textsOption, timeoutOf } from "./options.ts";
import type { DeliveryPorts } from "./ports.ts";
import type { DeliveryResult, Envelope, SinkClient } from "./types.ts";

/** sysexits.h: EX_TEMPFAIL, "the user is invited to retry". */
const TRY_LATER = 75;
/** An argument that is exactly this becomes the path of the message; an empty one where it has none. */
const FILE_ARGUMENT = "{file}";

/** Starts a program for each message, with the message as JSON on standard input. */
export class ExecClient implements SinkClient {
  readonly type = "exec";
  readonly name: string;
  readonly parallel: number;
  readonly #ports: Pick<DeliveryPorts, "handlers">;
  readonly #command: readonly string[];
  readonly #call: Pick<ProgramCall, "user" | "timeout">;

  constructor(sink: Sink, ports: Pick<DeliveryPorts, "handlers">) {
    this.name = sink.name;
    this.parallel = parallelOf(sink);
    this.#ports = ports;
    this.#command = textsOption(sink, "command");
    const user = textOption(sink, "user");
    this.#call = { timeout: timeoutOf(sink), ...(user === undefined ? {} : { user }) };
  }

  async deliver(envelope: Envelope, signal: AbortSignal): Promise<DeliveryResult> {
    const { id, type, file, words = [] } = envelope;
    const call: ProgramCall = {
      ...this.#call,
      argv: [...this.#command.map((part) => (part === FILE_ARGUMENT ? (file ?? "") : part)), ...words.map(inert)],
      input: `${programInput(envelope)}\n`,
      environment: {
        MODEMKEEPER_ID: id,
        MODEMKEEPER_TYPE: type,
        ...(file === undefined ? {} : { MODEMKEEPER_FILE: file }),
      },
    };
    try {
      return this.#judged(await this.#ports.handlers.run(call, signal));
    } catch (error) {
      return { outcome: "retry", detail: shortDetail(messageOf(error)) };
    }
  }

  async close(): Promise<void> {}

  /** What the program said is not told: it may be the message's text. */
  #judged({ code, late }: { readonly code: number; readonly late: boolean }): DeliveryResult {
    if (late) {
      return {
        outcome: "retry",
        detail: `the program did not end within ${this.#call.timeout / SECOND} s and was ended`,
      };
    }
    if (code === 0) return { outcome: "delivered", detail: "the program ended with exit code 0" };
    if (code === TRY_LATER)
      return { outcome: "retry", detail: `the program asked for another try (exit code ${code})` };
    const how = code > 128 && code < 160 ? `was ended by signal ${code - 128}` : `ended with exit code ${code}`;
    return { outcome: "refused", detail: `the program ${how}` };
  }
}

/** One object on one line: the fields of the message itself, and which event it is. */
export function programInput({ id, type, time, data }: Envelope): string {
  return JSON.stringify({ ...data, id, type, time });
}
