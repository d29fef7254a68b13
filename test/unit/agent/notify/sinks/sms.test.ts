import { beforeEach, expect, test } from "vitest";
import { SmsClient } from "../../../../../agent/notify/sinks/sms.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../../helpers/memory-agent-host.ts";
import { sampleSmsd } from "../../../../helpers/sample-inventory.ts";
import { sink, unusedPorts } from "../notices-desk.ts";
import { sampleNotice } from "./sample-notice.ts";

const OUTGOING = "/var/spool/sms/outgoing";
let machine: MemoryAgentMachine;
let working: ReadonlySet<string>;

function client(options: Readonly<Record<string, unknown>>, failAt?: number): SmsClient {
  const host = machine.agentHost(failAt === undefined ? {} : { failAt });
  const means = {
    host,
    smsd: sampleSmsd(),
    modemWorks: (name: string | undefined) => (name === undefined ? working.size > 0 : working.has(name)),
    ports: unusedPorts(host),
  };
  return new SmsClient(sink("admin", options, "sms"), means);
}

function queued(): readonly string[] {
  return [...machine.files.entries].flatMap(([path, entry]) =>
    path.startsWith(`${OUTGOING}/`) && entry.kind === "file" ? [entry.content] : [],
  );
}

beforeEach(async () => {
  machine = await memoryAgentMachine();
  machine.now = new Date("2030-01-17T19:44:00Z");
  machine.accounts.users.set("smsd", { group: "smsd", groups: [], home: "/var/lib/smstools" });
  machine.accounts.groups.add("smsd");
  machine.files.put(OUTGOING, { kind: "directory", mode: 0o770, owner: "root", group: "root", modifiedAt: 0 });
  working = new Set(["SIM7600"]);
});

test("to each number, through smsd's queue", async () => {
  const result = await client({ to: ["+491701234567", "+491707654321"] }).tell(sampleNotice());
  expect(result.outcome).toBe("delivered");
  expect(queued()).toHaveLength(2);
  expect(queued()[0]).toContain("To: 491701234567\n");
  expect(queued()[0]).toContain("Priority: high\n");
  expect(queued()[1]).toMatch(/\n\n\[gw1\] CRITICAL SIM7600: SIM7600 has not been in a network/);
});

test("it waits until a modem works, or the one that the inventory names", async () => {
  const other = client({ to: ["+491701234567"], modem: "EC25" });
  expect(await other.tell(sampleNotice())).toEqual({ outcome: "retry", detail: "EC25 does not work now" });
  working = new Set();
  const any = client({ to: ["+491701234567"] });
  expect(await any.tell(sampleNotice())).toEqual({ outcome: "retry", detail: "no modem works now" });
  working = new Set(["EC25"]);
  expect([(await any.tell(sampleNotice())).outcome, (await other.tell(sampleNotice())).outcome]).toEqual([
    "delivered",
    "delivered",
  ]);
});

test("a number that got it gets it no second time when another one could not be served", async () => {
  const both = client({ to: ["+491701234567", "+491707654321"] }, 2);
  const first = await both.tell(sampleNotice());
  expect(first).toEqual({ outcome: "retry", detail: expect.stringContaining("refused by the test") });
  expect(JSON.stringify(first)).not.toContain("1707654321");
  expect((await both.tell(sampleNotice())).outcome).toBe("delivered");
  expect(queued()).toHaveLength(2);
  expect((await both.tell(sampleNotice({ id: "kc1-8" }))).outcome).toBe("delivered");
  expect(queued()).toHaveLength(4);
});
