import { EXIT } from "../../core/errors.ts";
import { painter } from "../../provision/views/paint.ts";
import type { GatewayStatus } from "../status/types.ts";
import { renderStatus } from "../views/status.ts";
import { askAgent } from "./ask-agent.ts";
import type { AgentCommand, AgentContext } from "./context.ts";

export interface StatusOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `modemkeeper status`: how the gateway stands. Exit 0 if all is well, 1 if not. */
export const statusCommand: AgentCommand<StatusOptions> = async (context, options) => {
  const { terminal, verbose } = context;
  const status = (await askAgent(context)) ?? (await lookOurselves(context));
  if (options.json) terminal.out(`${JSON.stringify({ format: "modemkeeper.status/1", ...status })}\n`);
  else if (!options.quiet) terminal.out(renderStatus(status, { paint: painter(terminal.colour), verbose }));
  return status.verdict.level === "ok" || status.verdict.level === "info" ? EXIT.ok : EXIT.failed;
};

async function lookOurselves(context: AgentContext): Promise<GatewayStatus> {
  const { gatewayStatus } = await import("./gateway-status.ts");
  return gatewayStatus(context);
}
