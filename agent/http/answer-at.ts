import { EXIT } from "../../core/errors.ts";
import type { HttpReply } from "../../core/http-ports.ts";
import { modemNamed } from "./actions.ts";
import type { AnswerMeans } from "./answer-means.ts";
import { type Call, textOf } from "./call.ts";
import { askedBy } from "./jobs.ts";
import { Problem } from "./problem.ts";
import { json } from "./reply.ts";

/** Asks a modem what the inventory permits to ask, as `modemkeeper modem at` does, and waits for what it says. */
export async function atAnswer(means: AnswerMeans, call: Call): Promise<HttpReply> {
  const inventory = means.inventory();
  const { name } = modemNamed(inventory, textOf(call, "name") ?? "");
  const command = (textOf(call, "command") ?? "").trim();
  if (!inventory.http.atCommands.includes(command)) {
    throw new Problem("command-not-allowed", "http.at_commands of the inventory lists those that may be sent, whole.");
  }
  const args = ["modem", "at", "--json", "--wait", "10s", "--", name, command];
  return means.turns.alone(name, `${name} is being asked something already.`, () => ask(means, call, args));
}

async function ask({ host }: AnswerMeans, { by, gone }: Call, args: readonly string[]): Promise<HttpReply> {
  const out: string[] = [];
  const err: string[] = [];
  const said = (line: string, from: "out" | "err") => void (from === "out" ? out : err).push(line);
  const code = await host.programs.runJob(["--by", askedBy(by), ...args], said, gone);
  const [answer] = out;
  if (answer !== undefined) return json(200, JSON.parse(answer));
  const why = err.join(" ").slice(0, 500);
  if (code === EXIT.usage) throw new Problem("command-not-allowed", why);
  throw new Problem("modem-unreachable", why, { headers: { "retry-after": "10" } });
}
