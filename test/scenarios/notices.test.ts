import { afterEach, beforeEach, expect, test } from "vitest";
import { engineHere } from "../../agent/engine/engine-here.ts";
import type { Notice } from "../../agent/notify/notice.ts";
import { agentCommand } from "../../agent/resident.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import { appliedGateway, type Given, UNIT } from "../unit/agent/observe/agent-machine.ts";

/*
 * The whole agent on a machine in memory, with one receiver of notices whose line is down for two hours, as it is when the
 * receiver can be reached only through the sick modem: all is told afterwards, in order, with the times at which it happened,
 * also if the agent was killed meanwhile.
 */

const FLAG = "/tmp/smsd_manual_stop";
const LOG = "/var/log/smstools/smsd.log";
const CGROUP = `/sys/fs/cgroup/system.slice/${UNIT}`;
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
const WELL = {
  AT: "OK",
  ATE0: "OK",
  "AT+CPIN?": "+CPIN: READY\n\nOK",
  "AT+CREG?": "+CREG: 0,1\n\nOK",
  "AT+CSQ": "+CSQ: 20,99\n\nOK",
};

let given: Given;
let end: AbortController;
let ended: Promise<number>;
let isLineUp: boolean;
let got: Notice[];

beforeEach(async () => {
  given = await appliedGateway(INVENTORY);
  const { machine } = given;
  machine.time.jumps = false;
  machine.services.isRunning = true;
  machine.given(CGROUP, "");
  machine.terminal("/dev/ttyUSB3").answers = WELL;
  isLineUp = true;
  got = [];
  machine.delivery.onRequest = ({ body }) => {
    if (!isLineUp) throw new ModemkeeperError("io", "vps.example: no route to host");
    got.push((JSON.parse(body) as { readonly data: Notice }).data);
    return { status: 204 };
  };
  startAgent();
  await pass(70, 1);
});

afterEach(async () => {
  end.abort();
  given.machine.time.jumps = true;
  await ended;
});

function startAgent(): void {
  end = new AbortController();
  ended = agentCommand(
    {
      host: given.host,
      terminal: {
        out: () => {},
        err: () => {},
        colour: false,
        interactive: false,
        ask: async () => "",
        readInput: async () => "",
      },
      inventoryFile: "/etc/modemkeeper/inventory.yaml",
      inventory: async () => given.inventory,
      signal: end.signal,
      verbose: false,
    },
    { engine: engineHere(given.host) },
  );
}

/** Lets seconds pass in steps; smsd, while it runs, polls its modem in each. */
async function pass(seconds: number, step = 20): Promise<void> {
  for (let gone = 0; gone < seconds; gone += step) {
    if (given.machine.smsd.length > 0) polls();
    await given.machine.time.advance(step * 1000);
    // Real work (templates, the catalogue) may be under way: it takes real time, not the machine's.
    await new Promise((done) => setTimeout(done, 2));
  }
}

function polls(): void {
  const stamp = given.machine.now.toISOString().slice(0, 19).replace("T", " ");
  given.machine.append(LOG, `${stamp},6, SIM7600: No SMS received\n`);
}

function crash(): void {
  given.machine.services.active.delete(UNIT);
  given.machine.smsd = [];
  given.machine.files.entries.delete(CGROUP);
}

function told(): readonly string[] {
  return got.map(({ level, phase, code }) => `${level} ${phase} ${code}`);
}

function waiting(): number {
  return [...given.machine.files.entries.keys()].filter((path) => path.startsWith(OUTBOX)).length;
}

test("two hours without a line: told in order, with the original times, and once", async () => {
  isLineUp = false;
  const begun = given.machine.now.getTime();
  crash();
  await pass(60, 1);
  expect(given.machine.smsd).toHaveLength(1);
  given.machine.given(CGROUP, "");
  await pass(1140);
  given.machine.given(FLAG, "");
  crash();
  await pass(2400);
  given.machine.given(CGROUP, "");
  await pass(3600);
  expect(got).toEqual([]);
  isLineUp = true;
  await pass(400);
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
  crash();
  await pass(900);
  end.abort();
  await Promise.all([ended, given.machine.time.advance(5_000)]);
  startAgent();
  await pass(300);
  isLineUp = true;
  await pass(400);
  expect(told()).toEqual(["warning begun manual-stop"]);
  expect(new Set(got.map(({ id }) => id)).size).toBe(1);
  given.machine.files.entries.delete(FLAG);
  await pass(60, 1);
  expect(told().slice(1)).toEqual(["warning over manual-stop", "critical begun smsd-down", "critical over smsd-down"]);
});
