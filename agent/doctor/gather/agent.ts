import type { AgentHost } from "../../../core/agent-ports.ts";
import { messageOf } from "../../../core/errors.ts";
import type { HttpSection } from "../../../core/model/inventory.ts";
import { PROGRAM } from "../../../provision/desired/paths.ts";
import { readState } from "../../commands/read-state.ts";
import type { AgentFacts, HttpFact } from "../facts.ts";
import { type Known, known, valueOr } from "../known.ts";
import type { Wanted } from "./inventory.ts";
import type { Look } from "./look.ts";

/** Milliseconds; all the other looks of doctor go on meanwhile, which on a small board takes seconds. Less than `PATIENCE`. */
const HTTP_TIMEOUT = 10_000;

export async function gatherAgent({ host, see }: Look, { fact, wanted }: Wanted): Promise<AgentFacts> {
  const [program, state] = await Promise.all([
    see(PROGRAM, async () => (await host.files.read(PROGRAM)) !== undefined),
    see("the agent's state", () => readState(host, host.clock.now().getTime())),
  ]);
  const isAsked = valueOr(state, undefined) !== undefined && "value" in fact && wanted.http.enabled;
  const http: Known<HttpFact | undefined> = isAsked
    ? await see("the HTTP API", () => askHttp(host, wanted.http))
    : known(undefined);
  return { program, state, http };
}

async function askHttp(host: AgentHost, { listen, tls }: HttpSection): Promise<HttpFact> {
  const url = `${tls ? "https" : "http"}://${reachable(listen)}/healthz`;
  const request = { method: "GET", url, headers: {}, body: "", timeout: HTTP_TIMEOUT } as const;
  try {
    const { status } = await host.delivery.web.send(
      { ...request, ...(tls ? { tls: { ca: tls.certificate } } : {}) },
      new AbortController().signal,
    );
    return { url, status };
  } catch (error) {
    return { url, error: messageOf(error) };
  } finally {
    await host.delivery.web.close();
  }
}

/** An address on which everybody may knock is not one to knock at. */
function reachable(listen: string): string {
  return listen.replace(/^(0\.0\.0\.0|\*):/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
}
