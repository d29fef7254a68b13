import { afterEach, beforeEach, expect, test } from "vitest";
import { statusCommand } from "../../agent/commands/status.ts";
import { API_SOCKET } from "../../agent/paths.ts";
import type { AgentState } from "../../agent/state.ts";
import { ResidentAgent } from "../helpers/resident-agent.ts";
import type { Given } from "../unit/agent/observe/agent-machine.ts";

/*
 * The resident agent with its API, on a machine in memory: it listens, answers commands, and what keeps it from listening
 * is a finding like any other.
 */

const ADDRESS = "127.0.0.1:8070";

let agent: ResidentAgent;
let given: Given;

beforeEach(async () => {
  agent = await ResidentAgent.onGateway();
  ({ given } = agent);
});

afterEach(async () => {
  await agent.stop();
});

async function startAgent(): Promise<void> {
  agent.start();
  await agent.pass(2);
}

function codes(): readonly string[] {
  const entry = given.machine.files.entries.get("/run/modemkeeper/state.json");
  const state: AgentState | undefined = entry?.kind === "file" ? JSON.parse(entry.content) : undefined;
  return state?.findings.map(({ code }) => code) ?? [];
}

test("a port that another program has: all else works, it is told, and the end of it, too", async () => {
  const { http } = given.machine;
  http.taken.add(ADDRESS);
  await startAgent();
  expect(codes()).toContain("http-not-served");
  expect((await http.send(API_SOCKET, "/healthz")).status).toBe(200);
  http.taken.clear();
  await agent.pass(40);
  expect(codes()).not.toContain("http-not-served");
  expect((await http.send(ADDRESS, "/monitor/status")).status).toBe(200);
});

test("`modemkeeper status` says what the agent says, and the same without asking it", async () => {
  const { http } = given.machine;
  await startAgent();
  const asked: string[] = [];
  http.onAsk = (_, target) => {
    asked.push(target);
    return undefined;
  };
  const status = async () => {
    let said = "";
    await statusCommand(
      agent.context((text) => {
        said += text;
      }),
      { json: true },
    );
    const {
      agent: { looked: _, ...answering },
      ...rest
    } = JSON.parse(said);
    return { ...rest, agent: answering };
  };
  const byItself = await status();
  expect(asked).toEqual(["/monitor/status"]);
  const { body } = await http.send(API_SOCKET, "/monitor/status");
  http.onAsk = () => ({ status: 200, body: String(body) });
  given.machine.files.entries.delete("/run/modemkeeper/state.json");
  expect(await status()).toEqual({ ...byItself, agent: { ...byItself.agent, unit: "active" } });
  http.onAsk = () => ({ status: 200, body: "nonsense" });
  expect((await status()).agent.running).toBe(false);
});

test("when it ends nothing listens any more", async () => {
  await startAgent();
  expect([...given.machine.http.listening.keys()]).toEqual([ADDRESS, API_SOCKET]);
  await agent.stop();
  expect([...given.machine.http.listening.keys()]).toEqual([]);
});
