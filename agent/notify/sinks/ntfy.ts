import { ModemkeeperError } from "../../../core/errors.ts";
import type { Sink } from "../../../core/model/inventory.ts";
import { requiredText } from "../../delivery/options.ts";
import type { DeliveryPorts } from "../../delivery/ports.ts";
import type { DeliveryResult } from "../../delivery/types.ts";
import type { NoticeClient, SignOfLife } from "../client.ts";
import type { Notice } from "../notice.ts";
import { asNotice, headingWord, spoken } from "../wording.ts";
import { JsonPost } from "./json-post.ts";

/** ntfy's own rule for topics (docs.ntfy.sh/publish). */
const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;
/** ntfy turns longer messages than 4,096 octets into attachments. */
const LONGEST_OCTETS = 3_800;
/** 5 rings and vibrates for long, 3 is an ordinary message (docs.ntfy.sh/publish#message-priority). */
const PRIORITY = { info: 3, warning: 4, critical: 5 } as const;
/** Shown as emoji before the title. */
const TAG = { info: "information_source", warning: "warning", critical: "rotating_light" } as const;

/** Publishes notices to a topic of an ntfy server, as JSON: headers could carry no text beyond ASCII. */
export class NtfyClient implements NoticeClient {
  readonly type = "ntfy";
  readonly name: string;
  readonly #topic: string;
  readonly #post: JsonPost;
  readonly #now: () => number;

  /** @throws ModemkeeperError inventory-invalid if the URL names no topic */
  constructor(sink: Sink, ports: DeliveryPorts) {
    this.name = sink.name;
    const { server, topic } = serverAndTopic(requiredText(sink, "url"), sink.name);
    this.#topic = topic;
    this.#post = new JsonPost(sink, server, ports);
    this.#now = () => ports.clock.now().getTime();
  }

  tell(notice: Notice, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#post.send(ntfyMessage(notice, this.#topic, this.#now()), signal);
  }

  beat(sign: SignOfLife, signal: AbortSignal): Promise<DeliveryResult> {
    // The lowest: it makes no sound.
    return this.#post.send({ ...ntfyMessage(asNotice(sign), this.#topic, this.#now()), priority: 1 }, signal);
  }

  async close(): Promise<void> {}
}

/** `https://host/some/path/topic`: JSON goes to the server's root, and the topic into it. */
export function serverAndTopic(url: string, name: string): { readonly server: string; readonly topic: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const parts = parsed?.pathname.split("/").filter((part) => part !== "") ?? [];
  const topic = parts.at(-1) ?? "";
  if (!parsed || !TOPIC.test(topic)) {
    throw new ModemkeeperError("inventory-invalid", `the URL of ${name} names no ntfy topic`, {
      fix: "Write server and topic, e.g. https://ntfy.sh/my-topic; topics have letters, digits, `-` and `_` only.",
    });
  }
  const above = parts.slice(0, -1).map((part) => `${part}/`);
  return { server: `${parsed.origin}/${above.join("")}${parsed.search}`, topic };
}

export function ntfyMessage(notice: Notice, topic: string, now: number) {
  const { host, modem, level, phase, code, fix } = notice;
  const lines = [spoken(notice, now), ...(fix === undefined ? [] : [fix])];
  return {
    topic,
    title: [`[${host}]`, headingWord(notice), ...(modem === undefined ? [] : [modem])].join(" "),
    message: cut(lines.join("\n")),
    priority: phase === "over" ? PRIORITY.info : PRIORITY[level],
    tags: [phase === "over" ? "white_check_mark" : TAG[level], code],
  };
}

function cut(text: string): string {
  if (Buffer.byteLength(text) <= LONGEST_OCTETS) return text;
  // No character of UTF-8 is cut in two.
  return `${Buffer.from(text)
    .subarray(0, LONGEST_OCTETS)
    .toString("utf8")
    .replace(/\uFFFD+$/, "")}…`;
}
