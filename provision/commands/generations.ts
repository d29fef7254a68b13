import { EXIT } from "../../core/errors.ts";
import { listGenerations } from "../apply/generation-store.ts";
import type { Command } from "./context.ts";

export interface GenerationsOptions {
  readonly json?: boolean;
}

/** `provision generations`: what was applied, newest last. */
export const generationsCommand: Command<GenerationsOptions> = async ({ host, terminal }, options) => {
  const all = await listGenerations(host);
  const shown = all.map(({ number, status, startedAt, program, cause, summary, error }) => {
    return { number, status, startedAt, program, cause, summary, ...(error === undefined ? {} : { error }) };
  });
  if (options.json) terminal.out(`${JSON.stringify({ format: "modemkeeper.generations/1", generations: shown })}\n`);
  else if (shown.length === 0) terminal.out("no generations: nothing was applied on this host yet\n");
  else
    for (const one of shown) {
      const error = one.error === undefined ? "" : `  (${one.error})`;
      terminal.out(
        `${String(one.number).padStart(4)}  ${one.startedAt}  ${one.status.padEnd(8)}  ${one.cause}: ${one.summary}${error}\n`,
      );
    }
  return EXIT.ok;
};
