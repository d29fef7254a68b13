import { beforeEach, describe, expect, it } from "vitest";
import { adviceFor } from "../../../../provision/sending/advice.ts";
import { queueMessage, smsdRuns } from "../../../../provision/sending/queue-message.ts";
import { type MemoryMachine, memoryMachine } from "../../../helpers/memory-host.ts";
import { sampleSmsd } from "../../../helpers/sample-inventory.ts";

const smsd = sampleSmsd({ group: "dialout" });
const CONTENT = "To: 491720000001\nAlphabet: UCS2\n\n\u0004\u0036\u00d8\u003d";

let machine: MemoryMachine;
beforeEach(async () => {
  machine = await memoryMachine();
  await machine.accounts.addGroup("smsd");
  await machine.accounts.addGroup("dialout").catch(() => {});
  await machine.accounts.addUser({ name: "smsd", group: "smsd", home: "/" });
  const folder = { mode: 0o3770, owner: "smsd", group: "smsd", modifiedAt: 0 };
  machine.files.put(smsd.spool.outgoing, { ...folder, kind: "directory" });
});

describe("a message in smsd's queue", () => {
  it("is octet for octet what was composed, smsd's own, and not for everybody", async () => {
    const { name, since } = await queueMessage(machine.host(), smsd, CONTENT);
    expect(since).toBe(machine.now.getTime());
    expect(machine.files.entries.get(`${smsd.spool.outgoing}/${name}`)).toMatchObject({
      ...{ kind: "file", encoding: "latin1", content: CONTENT, mode: 0o640, owner: "smsd", group: "dialout" },
    });
  });

  it("has a name that no shell understands, another each time", async () => {
    const names = [
      await queueMessage(machine.host(), smsd, CONTENT),
      await queueMessage(machine.host(), smsd, CONTENT),
    ];
    for (const { name } of names) expect(name).toMatch(/^modemkeeper-20300101T000000-[0-9a-f]{8}$/);
    expect(names[0]?.name).not.toBe(names[1]?.name);
  });

  it.each(["nothing", "a file"])("is not written where there is %s instead of the queue", async (what) => {
    machine.files.entries.delete(smsd.spool.outgoing);
    if (what === "a file") machine.given(smsd.spool.outgoing, "");
    await expect(queueMessage(machine.host(), smsd, CONTENT)).rejects.toMatchObject({
      code: "precondition-missing",
      message: expect.stringContaining(smsd.spool.outgoing),
    });
    expect(machine.journal).toEqual([]);
  });

  it("is either there or not when the disk is full", async () => {
    await expect(queueMessage(machine.host({ failAt: 1 }), smsd, CONTENT)).rejects.toMatchObject({ code: "io" });
    expect(await machine.files.list(smsd.spool.outgoing)).toEqual([]);
  });
});

it("somebody sends as soon as there is any smsd", async () => {
  expect(await smsdRuns(machine.host())).toBe(false);
  machine.smsd = [{ pid: 4242, unit: "", startedAt: 0 }];
  expect(await smsdRuns(machine.host())).toBe(true);
});

it.each([
  ["+CMS ERROR: 38 (Network out of order)", "Try again later"],
  ["+CMS ERROR: 28", "Check the number"],
  ["+CMS ERROR: 8 (Operator determined barring)", "Ask the operator"],
  ["+CMS ERROR: 330", "smsc"],
  ["+CMS ERROR: 310 (SIM not inserted)", "See to the SIM"],
  ["+CMS ERROR: 380", smsd.logfile],
  ["+CME ERROR: 38", smsd.logfile],
  ["No destination", smsd.logfile],
])("against %s helps: %s", (reason, advice) => {
  expect(adviceFor(reason, smsd)).toContain(advice);
});
