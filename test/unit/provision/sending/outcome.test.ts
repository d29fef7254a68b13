import { beforeEach, describe, expect, it } from "vitest";
import type { Spool } from "../../../../core/model/inventory.ts";
import { readNotes } from "../../../../provision/sending/notes.ts";
import { canBeFollowed, waitForOutcome } from "../../../../provision/sending/outcome.ts";
import { type MemoryMachine, memoryMachine } from "../../../helpers/memory-host.ts";
import { sampleSmsd } from "../../../helpers/sample-inventory.ts";

const { spool } = sampleSmsd();
const NAME = "modemkeeper-20300101T000000-0a1b2c3d";

let machine: MemoryMachine;
beforeEach(async () => {
  machine = await memoryMachine();
});

function put(place: keyof Spool, headers = ""): void {
  machine.given(`${spool[place]}/${NAME}`, `To: 491720000001\n${headers}\nsome text\nModem: forged\n`);
}

function take(place: keyof Spool): void {
  machine.files.entries.delete(`${spool[place]}/${NAME}`);
}

/** What smsd does, one act each time the waiting one sleeps. */
function follow(acts: readonly (() => void)[], timeout = 5_000, signal = new AbortController().signal) {
  const host = machine.host();
  const left = [...acts];
  const clock = {
    now: host.clock.now,
    sleep: async (milliseconds: number) => {
      left.shift()?.();
      await host.clock.sleep(milliseconds);
    },
  };
  const since = machine.now.getTime();
  return waitForOutcome({ files: host.files, clock }, spool, { name: NAME, since, timeout }, signal);
}

describe("a message is followed", () => {
  it("to sent, with what smsd notes", async () => {
    put("outgoing");
    const found = await follow([
      () => put("checked"),
      () => take("outgoing"),
      () => put("sent", "Modem: SIM7600\nMessage_id: 12\n"),
      () => take("checked"),
    ]);
    expect(found).toEqual({ outcome: "sent", seconds: 0.4, modem: "SIM7600", messageId: 12 });
  });

  it("to failed, with the reason", async () => {
    put("checked");
    const found = await follow([
      () => put("failed", "Modem: SIM7600\nFail_reason: +CMS ERROR: 38\n"),
      () => take("checked"),
    ]);
    expect(found).toEqual({ outcome: "failed", seconds: 0.2, modem: "SIM7600", reason: "+CMS ERROR: 38" });
  });

  it("to failed without a reason", async () => {
    put("failed");
    expect(await follow([])).toEqual({ outcome: "failed", seconds: 0, reason: "smsd gave no reason" });
  });

  it("and is not done while smsd copies it: the copy may be half", async () => {
    put("checked");
    put("sent");
    expect(await follow([], 1_000)).toMatchObject({ outcome: "waiting", place: "checked" });
  });

  it.each(["outgoing", "checked"] as const)("until the time is over, in %s", async (place) => {
    put(place);
    expect(await follow([], 3_000)).toEqual({ outcome: "waiting", seconds: 3, place });
  });

  it("until the person has enough", async () => {
    put("outgoing");
    const person = new AbortController();
    const found = await follow([() => {}, () => person.abort()], 60_000, person.signal);
    expect(found).toEqual({ outcome: "waiting", seconds: 0.2, place: "outgoing" });
  });

  it("until another program takes it away", async () => {
    put("checked");
    expect(await follow([() => take("checked")])).toMatchObject({ outcome: "gone" });
  });

  it("no further than to a folder or a link of its name", async () => {
    machine.files.put(`${spool.sent}/${NAME}`, {
      ...{ kind: "link", target: "/etc/passwd", mode: 0o777, owner: "root", group: "root", modifiedAt: 0 },
    });
    expect(await follow([])).toEqual({ outcome: "sent", seconds: 0 });
  });
});

it("messages keep their names unless the inventory says otherwise", () => {
  expect(canBeFollowed(sampleSmsd())).toBe(true);
  expect(canBeFollowed(sampleSmsd({ settings: { keep_filename: false } }))).toBe(false);
});

describe("what smsd notes in a message's head", () => {
  it("is read up to the first empty line; of two headers the last counts", () => {
    const notes = readNotes("To: 1\nmodem:A\nModem: B\nMessage_id: 007\n\nFail_reason: none\n");
    expect(notes).toEqual({ to: "1", modem: "B", messageId: 7 });
  });

  it.each([
    ["no head at all", ""],
    ["only text", "\n\nTo: 1"],
    ["lines without a name", ": x\nTo 1\n\n"],
    ["values that are empty", "To:\nModem:  \nFail_reason:\nMessage_id:\n\n"],
    ["a number that is none", "Message_id: 12x\n\n"],
    ["a head of megabytes", `X: ${"y".repeat(1_000_000)}\nTo: 1\n\n`],
  ])("is nothing in a file with %s", (_, content) => {
    expect(readNotes(content)).toEqual({});
  });

  it("cannot drive a terminal and is not endless", () => {
    const { reason, modem } = readNotes(`Modem: a\u001b[2J\nFail_reason: \u0007${"x".repeat(10_000)}\n\n`);
    expect(modem).toBe("a·[2J");
    expect(reason).toHaveLength(160);
    expect(reason?.startsWith("·x")).toBe(true);
  });
});
