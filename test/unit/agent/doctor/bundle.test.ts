import { beforeEach, describe, expect, it } from "vitest";
import { EVENTS_LOG } from "../../../../agent/paths.ts";
import { INVENTORY_COPY } from "../../../../provision/desired/paths.ts";
import { type Given, LOG } from "../observe/agent-machine.ts";
import { ARCHIVE, bundle, contentOf, INVENTORY, packed, watchedGateway } from "./bundle-desk.ts";

let given: Given;

beforeEach(async () => {
  given = await watchedGateway();
});

describe("a support bundle", () => {
  it("holds what is there, and its MANIFEST names what is not", async () => {
    given.machine.inspection.kernel = [
      "2030-01-01T00:00:00+0000 gw kernel: usb 1-1: USB disconnect, device number 7",
      "2030-01-01T00:00:00+0000 gw kernel: audit: something else",
    ];
    const { code, out } = await bundle(given);
    expect(code).toBe(0);
    const names = packed(given).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "MANIFEST",
        "doctor.json",
        "status.json",
        "versions.json",
        "inventory.yaml",
        "smsd.conf",
        "smsd.conf.wanted",
        "smsd.log",
        "generations.json",
        "udev.rules",
        "units/smstools.service",
      ]),
    );
    expect(contentOf(given, "kernel-usb.log")).toContain("usb 1-1: USB disconnect");
    expect(contentOf(given, "kernel-usb.log")).not.toContain("audit");
    expect(contentOf(given, "MANIFEST")).toMatch(/Could not be had:[\s\S]*metrics\.txt {2}there is nothing of it/);
    expect(out).toMatch(/^metrics.txt +missing: /m);
    expect(out).toContain(`Written to ${ARCHIVE}`);
    expect(JSON.parse(contentOf(given, "doctor.json"))).toMatchObject({ format: "modemkeeper.doctor/1" });
    expect(JSON.parse(contentOf(given, "generations.json"))).toMatchObject([{ generation: 1, status: "applied" }]);
  });

  it("names itself by host and time", async () => {
    await bundle(given, {});
    const [archive] = given.machine.inspection.archives.keys();
    expect(archive).toMatch(/^modemkeeper-support-gateway-20300101-0000\d\d\.tar\.gz$/);
  });

  it("can be listed without being written, and changes nothing", async () => {
    const before = given.machine.journal.length;
    expect((await bundle(given, { list: true })).out).toContain("doctor.json");
    expect(given.machine.inspection.archives.size).toBe(0);
    expect(given.machine.journal).toHaveLength(before);
  });

  it("is had from a machine on which nothing is", async () => {
    const { machine } = given;
    for (const path of machine.files.entries.keys()) machine.files.entries.delete(path);
    const { code } = await bundle(given);
    expect(code).toBe(0);
    expect(packed(given).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["MANIFEST", "doctor.json", "versions.json"]),
    );
  });

  it("keeps the newest of a long log, and says so", async () => {
    const line = "2030-01-01 00:00:01,6, SIM7600: No SMS received\n";
    given.machine.given(
      LOG,
      `${line.repeat(30_000)}2030-01-01 00:00:02,3, SIM7600: write_to_modem: error 5: Input/output error\n`,
    );
    given.machine.inspection.unitLogs.set("smstools.service", "a line of the journal\n".repeat(40_000));
    await bundle(given);
    expect(contentOf(given, "smsd.log")).toContain("error 5");
    for (const { name, content } of packed(given))
      expect(Buffer.byteLength(content), name).toBeLessThanOrEqual(530_000);
    expect(contentOf(given, "journal/smstools.service.log")).toMatch(
      /^\(what is older is left out\)\na line of the journal\n/,
    );
  });

  it("leaves the inventory's comments out, and events older than a week", async () => {
    given.machine.given(INVENTORY_COPY, INVENTORY);
    const event = (day: number) =>
      JSON.stringify({
        time: `2029-12-${day}T00:00:00.000Z`,
        subject: "smsd",
        code: "smsd-down",
        level: "critical",
        phase: "begun",
        sentence: `day ${day}`,
      });
    given.machine.given(EVENTS_LOG, `${event(10)}\n${event(30)}\nhalf a li`);
    await bundle(given);
    expect(contentOf(given, "inventory.yaml")).not.toContain("Joe");
    expect(contentOf(given, "inventory.yaml")).toContain("pin: { file: sim7600.pin }");
    expect(contentOf(given, "events.jsonl").trim().split("\n")).toHaveLength(1);
    expect(contentOf(given, "events.jsonl")).toContain("day 30");
  });
});
