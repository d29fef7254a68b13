import { afterEach, beforeEach, expect, test } from "vitest";
import type { Notice } from "../../agent/notify/notice.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import { CGROUP, ResidentAgent } from "../helpers/resident-agent.ts";
import type { Given } from "../unit/agent/observe/agent-machine.ts";

/*
 * The whole agent on a machine in memory, with one receiver of notices whose line is down for two hours, as it is when the
 * receiver can be reached only through the sick modem: all is told afterwards, in order, with the times at which it happened,
 * also if the agent was killed meanwhile.
 */

const FLAG = "/tmp/smsd_manual_stop";
const OUTBOX = "/var/lib/modemkeeper/outbox/";
const INVENTORY = `version: 1
modems:
  - name: SIM7600
    model: SIM7600
notify:
  sinks:
    - type: webhook
      name: vps
      url: https://vps.example/hook
`;
/** A look every 20 s is enough where hours pass. */
const STEP = 20;

let agent: ResidentAgent;
let given: Given;
let isLineUp: boolean;
let got: Notice[];

beforeEach(async () => {
  agent = await ResidentAgent.onGateway(INVENTORY);
  ({ given } = agent);
  isLineUp = true;
  got = [];
  given.machine.delivery.onRequest = ({ body }) => {
    if (!isLineUp) throw new ModemkeeperError("io", "vps.example: no route to host");
    got.push((JSON.parse(body) as { readonly data: Notice }).data);
    return { status: 204 };
  };
  agent.start();
  await agent.pass(70);
});

afterEach(async () => {
  await agent.stop();
});

function told(): readonly string[] {
  return got.map(({ level, phase, code }) => `${level} ${phase} ${code}`);
}

function waiting(): number {
  return [...given.machine.files.entries.keys()].filter((path) => path.startsWith(OUTBOX)).length;
}

test("two hours without a line: told in order, with the original times, and once", async () => {
  isLineUp = false;
  const begun = given.machine.now.getTime();
  agent.crash();
  await agent.pass(60);
  expect(given.machine.smsd).toHaveLength(1);
  given.machine.given(CGROUP, "");
  await agent.pass(1140, STEP);
  given.machine.given(FLAG, "");
  agent.crash();
  await agent.pass(2400, STEP);
  given.machine.given(CGROUP, "");
  await agent.pass(3600, STEP);
  expect(got).toEqual([]);
  isLineUp = true;
  await agent.pass(400, STEP);
  expect(told()).toEqual([
    "critical begun smsd-down",
    "critical over smsd-down",
    "warning begun manual-stop",
    "warning over manual-stop",
    "critical begun flag-expired",
    "critical begun smsd-down",
    "critical over flag-expired",
    "critical over smsd-down",
  ]);
  const minutes = got.map(({ at }) => Math.round((Date.parse(at) - begun) / 60_000));
  expect(minutes).toEqual([0, 0, 30, 50, 50, 50, 50, 50]);
  expect(waiting()).toBe(0);
}, 180_000);

test("the agent ends and begins anew while the line is down: nothing is lost, and nothing told twice", async () => {
  isLineUp = false;
  given.machine.given(FLAG, "");
  agent.crash();
  await agent.pass(900, STEP);
  await agent.endWithin(5);
  agent.start();
  await agent.pass(300, STEP);
  isLineUp = true;
  await agent.pass(400, STEP);
  expect(told()).toEqual(["warning begun manual-stop"]);
  expect(new Set(got.map(({ id }) => id)).size).toBe(1);
  given.machine.files.entries.delete(FLAG);
  await agent.pass(60);
  expect(told().slice(1)).toEqual(["warning over manual-stop", "critical begun smsd-down", "critical over smsd-down"]);
});
