import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it, test } from "vitest";
import { destinationKey, readMessage } from "../../../../agent/outgoing/read-message.ts";
import { RealSpoolFiles } from "../../../../host/spool-files.ts";
import { scratchFolder } from "../../host/scratch.ts";

const MACHINE = { machineId: "0123456789abcdef0123456789abcdef", now: 2_000_000_000_000 };
const FAILED = `To: 491720000002
Alphabet: UTF-8
Modem: SIM7600
IMSI: 262011234567890
IMEI: 867584030000001
Fail_reason: +CMS ERROR: 38 (Network out of order)
Failed: 2026-11-22 11:52:38
PDU: 0011000C919471020000200000FF09C8329BFD0689C364

Hello
To: 1
Fail_reason: forged
`;

let folder: string;
beforeEach(async () => {
  folder = await scratchFolder();
});

function read(content: string | Buffer, ageSeconds = 3600): ReturnType<typeof readMessage> {
  writeFileSync(join(folder, "m"), content);
  const at = MACHINE.now / 1000 - ageSeconds;
  utimesSync(join(folder, "m"), at, at);
  return readMessage(new RealSpoolFiles(), { folder, name: "m" }, "failed", MACHINE);
}

describe("a failed message", () => {
  it("tells its destination as a hash, its modem and the reason; the text tells nothing", () => {
    expect(read(FAILED)).toEqual({
      outcome: "failed",
      at: (MACHINE.now - 3_600_000) * 1000,
      destination: destinationKey(MACHINE.machineId, "491720000002"),
      modem: "SIM7600",
      reason: "+CMS ERROR: 38 (Network out of order)",
    });
  });

  it("that smsd refused has no modem", () => {
    expect(read("Foo: 1\nFail_reason: No destination\n\nx")).toEqual({
      outcome: "failed",
      at: (MACHINE.now - 3_600_000) * 1000,
      reason: "No destination",
    });
  });

  it("shows no number that somebody has put into the reason", () => {
    const message = read("To: 1\nModem: 491720000002\nFail_reason: to +491720000002 \u001b[2J\n\nx");
    expect(message).toMatchObject({ modem: "•", reason: "to • ·[2J" });
  });

  it("is not read while smsd writes it, and is read all the same when it never had an end", () => {
    expect(read("To: 491720000002\nModem: SIM", 1)).toBe("unfinished");
    expect(read("To: 491720000002\nModem: SIM", 3)).toMatchObject({ modem: "SIM" });
    expect(read(FAILED, 1)).toMatchObject({ modem: "SIM7600" });
  });

  it("of ten megabytes is not read", () => {
    expect(read(Buffer.alloc(10_000_000, "To: 1\n"))).toMatchObject({ reason: "its file is too large to be read" });
  });

  it("is no link and no folder", () => {
    symlinkSync("/etc/passwd", join(folder, "link"));
    mkdirSync(join(folder, "folder"));
    for (const name of ["link", "folder", "absent"]) {
      expect(readMessage(new RealSpoolFiles(), { folder, name }, "failed", MACHINE)).toBeUndefined();
    }
  });

  it("may hold anything", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => {
        expect(read(Buffer.from(octets))).toMatchObject({ outcome: "failed", reason: expect.any(String) });
      }),
    );
  });
});

test("a number is the same however it is written, and another on another machine", () => {
  const key = destinationKey(MACHINE.machineId, "491720000002");
  expect(key).toMatch(/^[0-9a-f]{8}$/);
  for (const written of ["+491720000002", "00491720000002", " +49 172 000-0002"]) {
    expect(destinationKey(MACHINE.machineId, written)).toBe(key);
  }
  expect(destinationKey(MACHINE.machineId, "491720000003")).not.toBe(key);
  expect(destinationKey("f".repeat(32), "491720000002")).not.toBe(key);
  expect(destinationKey("", "491720000002")).toBeUndefined();
  expect(destinationKey(MACHINE.machineId, " + ")).toBeUndefined();
});
