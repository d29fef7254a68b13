import { messageOf } from "../../../core/errors.ts";
import type { Sink } from "../../../core/model/inventory.ts";
import { compose } from "../../../core/sms/compose.ts";
import { queueMessage } from "../../../provision/sending/queue-message.ts";
import { maskDigits } from "../../at/mask.ts";
import { shortDetail } from "../../delivery/http-answer.ts";
import { textOption, textsOption } from "../../delivery/options.ts";
import type { DeliveryResult } from "../../delivery/types.ts";
import type { NoticeClient, SignOfLife } from "../client.ts";
import type { Notice } from "../notice.ts";
import { asNotice } from "../wording.ts";
import type { NoticeMeans } from "./notice-means.ts";
import { smsText } from "./sms-text.ts";

/** Sends notices as SMS to people, through smsd and the very modems that they may be about: they wait until one works. */
export class SmsClient implements NoticeClient {
  readonly type = "sms";
  readonly name: string;
  readonly #means: NoticeMeans;
  readonly #numbers: readonly string[];
  readonly #modem: string | undefined;
  /** The notice that not everybody has yet, and who has it: another attempt is for the others. */
  #under: { readonly id: string; readonly done: Set<string> } = { id: "", done: new Set() };

  constructor(sink: Sink, means: NoticeMeans) {
    this.name = sink.name;
    this.#means = means;
    this.#numbers = textsOption(sink, "to");
    this.#modem = textOption(sink, "modem");
  }

  async tell(notice: Notice): Promise<DeliveryResult> {
    if (!this.#means.modemWorks(this.#modem)) {
      const which = this.#modem ?? "no modem";
      return { outcome: "retry", detail: `${which} ${this.#modem === undefined ? "works" : "does not work"} now` };
    }
    if (this.#under.id !== notice.id) this.#under = { id: notice.id, done: new Set() };
    const { host, smsd } = this.#means;
    const text = smsText(notice, host.clock.now().getTime());
    try {
      for (const to of this.#numbers.filter((number) => !this.#under.done.has(number))) {
        const message = compose({ to, text, report: false, urgent: notice.level === "critical" });
        await queueMessage(host, smsd, message.content, "notice");
        this.#under.done.add(to);
      }
    } catch (error) {
      return { outcome: "retry", detail: shortDetail(maskDigits(messageOf(error))) };
    }
    return { outcome: "delivered", detail: "smsd has it" };
  }

  beat(sign: SignOfLife): Promise<DeliveryResult> {
    return this.tell(asNotice(sign));
  }

  async close(): Promise<void> {}
}
