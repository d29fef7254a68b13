import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import { answerOf } from "../engine/answer.ts";
import type { Engine } from "../engine/engine.ts";
import { engineHere } from "../engine/engine-here.ts";
import type { AgentCommand } from "./context.ts";

export interface EngineOptions {
  readonly question: string;
  /** The file of `inventory`, the cause of `apply`. */
  readonly subject: string;
}

/** `modemkeeper engine`: the agent's question to provision's engine, answered in this process as JSON. Not for people. */
export const engineCommand: AgentCommand<EngineOptions> = async ({ host, terminal, signal }, options) => {
  const engine = engineHere(host, signal);
  const answer = await answerOf(ask(engine, options, (sentence) => terminal.err(`${sentence}\n`)));
  terminal.out(JSON.stringify(answer));
  return EXIT.ok;
};

function ask(engine: Engine, { question, subject }: EngineOptions, tell: (sentence: string) => void): Promise<unknown> {
  switch (question) {
    case "inventory":
      return engine.inventory(subject);
    case "compare":
      return engine.compare();
    case "apply":
      return engine.apply(subject, tell);
    default:
      throw new ModemkeeperError("usage", `the engine has no answer to "${question}"`);
  }
}
