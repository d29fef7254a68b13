import type { HttpReply } from "../../core/http-ports.ts";
import { Archive, type Standing } from "../incoming/archive.ts";
import { messageRow } from "../views/messages.ts";
import type { AnswerMeans } from "./answers.ts";
import { type Call, textOf } from "./call.ts";
import { json } from "./reply.ts";

const STANDINGS: Readonly<Record<string, readonly Standing[]>> = {
  waiting: ["waiting"],
  dead: ["dead"],
  done: ["done", "duplicate"],
};

/** One search at a time: a folder may hold a hundred thousand messages. */
let searching: Promise<unknown> = Promise.resolve();

/** As `modemkeeper sms list --json`: without texts, most of each sender left out. */
export async function messagesAnswer({ host, inventory }: AnswerMeans, call: Call): Promise<HttpReply> {
  const wanted = STANDINGS[textOf(call, "state") ?? ""] ?? Object.values(STANDINGS).flat();
  const search = async () => {
    const archive = new Archive(host.delivery.spoolFiles, inventory());
    const filed = await archive.newest(wanted, Number(call.values.limit));
    return filed.flatMap((one) => archive.open(one) ?? []).map(messageRow);
  };
  const found = searching.then(search);
  searching = found.catch(() => {});
  return json(200, { format: "modemkeeper.messages/1", messages: await found });
}
