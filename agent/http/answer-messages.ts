import type { HttpReply } from "../../core/http-ports.ts";
import { Archive, type Standing } from "../incoming/archive.ts";
import { messageRow } from "../views/messages.ts";
import type { AnswerMeans } from "./answer-means.ts";
import { type Call, textOf } from "./call.ts";
import { json } from "./reply.ts";

const STANDINGS: Readonly<Record<string, readonly Standing[]>> = {
  waiting: ["waiting"],
  dead: ["dead"],
  done: ["done", "duplicate"],
};

/** As `modemkeeper sms list --json`: without texts, most of each sender left out. */
export async function messagesAnswer({ host, inventory, turns }: AnswerMeans, call: Call): Promise<HttpReply> {
  const wanted = STANDINGS[textOf(call, "state") ?? ""] ?? Object.values(STANDINGS).flat();
  // One search at a time: a folder may hold a hundred thousand messages.
  const messages = await turns.inOrder(async () => {
    const archive = new Archive(host.delivery.spoolFiles, inventory());
    const filed = await archive.newest(wanted, Number(call.values.limit));
    return filed.flatMap((one) => archive.open(one) ?? []).map(messageRow);
  });
  return json(200, { format: "modemkeeper.messages/1", messages });
}
