import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { AgentProcess, type AgentTask } from "../helpers/incoming/agent-process.ts";
import { ChaosReceiver } from "../helpers/incoming/chaos-receiver.ts";
import { folderTask, newWebhookSecret } from "../helpers/incoming/folder-task.ts";
import { deliveryProblems, processedProblems } from "../helpers/incoming/ledger.ts";
import { Moments } from "../helpers/incoming/moments.ts";
import { ReceivingSmsd } from "../helpers/incoming/receiving-smsd.ts";
import { Feed, planTraffic } from "../helpers/incoming/traffic.ts";
import { findSmsd, type SmsdBinary } from "../helpers/smsd-binary.ts";
import { parseTranscript } from "../sim/at/transcript.ts";
import { Draws } from "../simulation/random.ts";

/*
 * Proves that no message is lost, none comes out of its sender's order and none is delivered under two names, however
 * often the agent is killed, whatever the receiver does, and if smsd itself is killed.
 */

const smsd = await findSmsd();
const MESSAGES = 10_000;
const SENDERS = 40;
const KILLS = 200;
const MODEMS = ["GSM1", "GSM2", "GSM3", "GSM4"];
const MINUTE = 60_000;
const WAIT = { timeout: 20_000, interval: 50 };
/** Whoever looks into a failure sets it to the seed that the failure names. */
const SEED = Number(process.env.MODEMKEEPER_SEED ?? Date.now() % 1_000_000);

interface Stage {
  readonly task: AgentTask;
  readonly gateway: ReceivingSmsd;
  readonly receiver: ChaosReceiver;
  readonly agent: AgentProcess;
}

async function setUp(binary: SmsdBinary, modems: readonly string[], draws?: Draws): Promise<Stage> {
  const root = mkdtempSync(join(tmpdir(), "incoming-chaos-"));
  const gateway = await ReceivingSmsd.prepare(binary, root, { modems });
  const secret = newWebhookSecret();
  const receiver = new ChaosReceiver({ secret, ...(draws ? { random: draws.of("receiver") } : {}) });
  await receiver.start();
  const task = folderTask(root, { url: receiver.url, secret, timeout: 1 });
  const agent = await AgentProcess.prepare(join(root, "task.json"), task);
  onTestFinished(async () => {
    await agent.kill();
    await gateway.stop();
    await receiver.close();
    rmSync(root, { recursive: true, force: true });
  });
  return { task, gateway, receiver, agent };
}

/** Everything has left smsd's folder. */
async function untilEmpty({ task, agent }: Stage, timeout: number): Promise<void> {
  await vi.waitUntil(
    () => {
      if (!agent.alive) throw new Error(`the agent ended by itself:\n${agent.said.slice(-2_000)}`);
      return readdirSync(task.incoming).length === 0;
    },
    { timeout, interval: 100 },
  );
}

describe.skipIf("reason" in smsd)(`incoming messages${"reason" in smsd ? ` (${smsd.reason})` : ""}`, () => {
  test(`${MESSAGES} messages, the agent killed ${KILLS} times, a receiver that misbehaves: none is lost (seed ${SEED})`, {
    timeout: 10 * MINUTE,
  }, async () => {
    if ("reason" in smsd) return;
    const draws = new Draws(SEED);
    const stage = await setUp(smsd, MODEMS, draws);
    const { task, gateway, receiver, agent } = stage;
    const planned = planTraffic(MESSAGES, SENDERS, MODEMS, draws);
    const feed = new Feed(gateway.sim, planned);
    onTestFinished(() => feed.stop());
    gateway.start();
    feed.start();

    await killAgain(stage, feed, draws);
    agent.start();
    feed.allow(MESSAGES);
    await vi.waitUntil(() => feed.done, { timeout: 2 * MINUTE, interval: 100 });
    await untilEmpty(stage, 3 * MINUTE);

    const problems = [
      ...receiver.problems,
      ...deliveryProblems(planned, receiver.accepted),
      ...processedProblems(planned, task.processed),
      ...readdirSync(task.deadLetter).map((name) => `a dead letter: ${name}`),
    ];
    expect(problems, `with MODEMKEEPER_SEED=${SEED}`).toEqual([]);
    // The proof is worth something only if there was something to survive.
    expect(receiver.accepted.length).toBeGreaterThan(MESSAGES);
    expect([...receiver.moods.keys()].length).toBe(11);
  });

  test("what smsd writes twice, killed before it could delete it from the modem, is delivered once", async () => {
    if ("reason" in smsd) return;
    const stage = await setUp(smsd, ["GSM1"]);
    stage.agent.start();
    await receiveTwice(stage, () => vi.waitUntil(() => stage.receiver.accepted.length === 1, WAIT));
    await expectOnce(stage);
  });

  test("the same while the agent is down", async () => {
    if ("reason" in smsd) return;
    const stage = await setUp(smsd, ["GSM1"]);
    await receiveTwice(stage, () => vi.waitUntil(() => readdirSync(stage.task.incoming).length === 1, WAIT));
    expect(readdirSync(stage.task.incoming)).toHaveLength(2);
    stage.agent.start();
    await expectOnce(stage);
  });

  /** One SMS; smsd is killed when it has asked the modem to delete it, which the modem never does, and starts again. */
  async function receiveTwice({ gateway }: Stage, written: () => Promise<unknown>): Promise<void> {
    const { sim } = gateway;
    const modem = sim.modem("GSM1");
    const obeying = modem.dialogue;
    modem.dialogue = [...parseTranscript("> AT+CMGD=*\n~ 3600000\n< OK"), ...obeying];
    gateway.start();
    sim.receive({ from: "+491710000001", text: "twice" }, "GSM1");
    await vi.waitUntil(() => modem.journal.entries().some(({ text }) => text.startsWith("AT+CMGD")), WAIT);
    await written();
    await gateway.kill();
    // What it was asked before it lost power is forgotten.
    await sim.unplug("GSM1");
    modem.dialogue = obeying;
    await sim.plug({ name: "GSM1" });
    expect(modem.storage("ME").used).toBe(1);
    gateway.start();
    await vi.waitUntil(() => modem.storage("ME").used === 0, WAIT);
  }

  /** The next message is delivered, so whatever came before it has been dealt with. */
  async function expectOnce(stage: Stage): Promise<void> {
    const { gateway, receiver, task } = stage;
    gateway.sim.receive({ from: "+491710000001", text: "next" }, "GSM1");
    await vi.waitUntil(() => receiver.accepted.some(({ text }) => text === "next"), WAIT);
    await untilEmpty(stage, WAIT.timeout);
    expect(receiver.problems).toEqual([]);
    expect(receiver.accepted.map(({ text }) => text)).toEqual(["twice", "next"]);
    const [first] = receiver.accepted;
    const names = readdirSync(task.processed).filter((name) => name.includes(first?.key ?? "?"));
    expect(names).toHaveLength(2);
    expect(names.filter((name) => name.endsWith(".duplicate-1"))).toHaveLength(1);
  }

  /** Starts and kills the agent, while as much traffic as belongs to each of its lives comes in. */
  async function killAgain({ task, receiver, agent }: Stage, feed: Feed, draws: Draws): Promise<void> {
    const moments = new Moments(draws.of("moments"), receiver, [task.processed]);
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        feed.allow(Math.round((MESSAGES * (kill + 1)) / KILLS));
        agent.start();
        await moments.next();
        expect(agent.alive, `ended by itself, with MODEMKEEPER_SEED=${SEED}:\n${agent.said.slice(-2_000)}`).toBe(true);
        await agent.kill();
      }
    } finally {
      moments.stop();
    }
  }
});
