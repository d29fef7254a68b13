import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { observeDisk } from "../../../../agent/observe/disk.ts";
import { observeFlag } from "../../../../agent/observe/flag.ts";
import { Folders } from "../../../../agent/observe/folders.ts";
import { observeInFlight } from "../../../../agent/observe/in-flight.ts";
import { observeLinks } from "../../../../agent/observe/links.ts";
import { isPlainName } from "../../../../agent/observe/plain-name.ts";
import { observeSpool } from "../../../../agent/observe/spool.ts";
import { observeSuspend, ourLine, parseSuspend } from "../../../../agent/observe/suspend.ts";
import type { AgentHost } from "../../../../core/agent-ports.ts";
import { SUSPEND } from "../../../../provision/desired/paths.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";
import { sampleInventory, sampleModem } from "../../../helpers/sample-inventory.ts";

const FLAG = "/tmp/smsd_manual_stop";
const CHECKED = "/var/spool/sms/checked";
const inventory = sampleInventory();

let machine: MemoryAgentMachine;
let host: AgentHost;
beforeEach(async () => {
  machine = await memoryAgentMachine();
  host = machine.agentHost();
});

describe("the manual stop flag", () => {
  const attributes = { mode: 0o777, owner: "mallory", group: "root", modifiedAt: 5 };

  it.each([
    { what: "a link", entry: { ...attributes, kind: "link", target: "/etc/shadow" }, kind: "link" },
    { what: "a folder", entry: { ...attributes, kind: "directory" }, kind: "directory" },
    { what: "a FIFO", entry: { ...attributes, kind: "other" }, kind: "other" },
  ] as const)("shows $what as it is, without content", async ({ entry, kind }) => {
    machine.files.put(FLAG, entry);
    expect(await observeFlag(host, FLAG)).toEqual({ kind, owner: "mallory", modifiedAt: 5, content: "" });
  });

  it("does not read a file that is no flag by its size", async () => {
    machine.given(FLAG, "x".repeat(4097), { owner: "mallory" });
    const reading = { ...host, files: { ...host.files, read: () => Promise.reject(new Error("it was read")) } };
    expect(await observeFlag(reading, FLAG)).toMatchObject({ kind: "other", content: "" });
  });

  it("reads one of just that size", async () => {
    machine.given(FLAG, "x".repeat(4096));
    expect((await observeFlag(host, FLAG))?.content).toHaveLength(4096);
  });
});

describe("smsd's suspend file", () => {
  const modems = ["GSM1", "GSM2", "SIM7600"];

  it("names the modems that another's wildcard means", async () => {
    machine.given(SUSPEND, "GSM*: repair\n# a remark\n\nEC25: gone (modemkeeper)\n");
    expect(await observeSuspend(host, modems)).toEqual({
      suspended: { EC25: "gone" },
      suspendedByOthers: ["GSM1", "GSM2"],
    });
  });

  it.each([
    { what: "there is none", put: () => {} },
    {
      what: "a link is in its place",
      put: () =>
        machine.files.put(SUSPEND, {
          kind: "link",
          target: "/etc/shadow",
          mode: 0o777,
          owner: "smsd",
          group: "root",
          modifiedAt: 0,
        }),
    },
    { what: "it is far too large", put: () => machine.given(SUSPEND, "ALL: x\n".repeat(20_000)) },
  ])("is empty where $what", async ({ put }) => {
    put();
    expect(await observeSuspend(host, modems)).toEqual({ suspended: {}, suspendedByOthers: [] });
  });

  it("gives back every reason that was written, on one line", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/), fc.string(), (name, reason) => {
        const line = ourLine(name, reason);
        expect(line).not.toMatch(/[\n\r]/);
        const [parsed, ...more] = parseSuspend(`${line}\n`);
        expect(more).toEqual([]);
        expect(parsed).toMatchObject({ name, ours: true });
        expect(parsed?.reason.trim()).toBe(
          reason
            .replace(/\p{Cc}+/gu, " ")
            .slice(0, 200)
            .trim(),
        );
      }),
    );
  });
});

describe("links", () => {
  const attributes = { mode: 0o777, owner: "root", group: "root", modifiedAt: 0 };

  it("shows where they lead, relative or not, and a file in a link's place as missing", async () => {
    machine.files.put("/dev/ttyUSB_SIM7600_AT", { ...attributes, kind: "link", target: "/dev/ttyUSB2" });
    machine.files.put("/dev/ttyUSB_SIM7600_VOICE", { ...attributes, kind: "link", target: "ttyUSB3" });
    machine.given("/dev/ttyUSB_SIM7600_NMEA", "AT\n");
    expect(await observeLinks(host, [sampleModem()])).toEqual({
      "/dev/ttyUSB_SIM7600_AT": "ttyUSB2",
      "/dev/ttyUSB_SIM7600_VOICE": "ttyUSB3",
    });
  });
});

describe("the queues", () => {
  const now = () => machine.now.getTime();

  it("counts messages and nothing else", async () => {
    for (const name of ["a", "b", "c"]) machine.given(`/var/spool/sms/incoming/${name}`, "From: 1\n\nx");
    for (const name of [".d", "a.LOCK", "LOCKED1", "x-concatenated", "test.AbC123", "smsd_script.a1B2c3"]) {
      machine.given(`/var/spool/sms/incoming/${name}`, "");
    }
    const spool = await observeSpool(new Folders(host), inventory.smsd.spool, now() + 70_000);
    machine.given("/var/spool/sms/failed/x", "To: 1\n\nx");
    const after = await observeSpool(new Folders(host), inventory.smsd.spool, now() + 70_000);
    expect(after.failed).toEqual({ count: 1, oldest: 70_000 });
    expect(spool.failed).toEqual({ count: 0, oldest: 0 });
    expect(spool.incoming).toEqual({ count: 3, oldest: 70_000 });
    expect(spool.outgoing).toEqual({ count: 0, oldest: 0 });
  });

  it("shows no negative age for a file from the future", async () => {
    machine.given("/var/spool/sms/outgoing/a", "To: 1\n\nx");
    const spool = await observeSpool(new Folders(host), inventory.smsd.spool, now() - 5_000);
    expect(spool.outgoing).toEqual({ count: 1, oldest: 0 });
  });

  it("lists a folder of a thousand files once a second", async () => {
    for (let count = 0; count < 1000; count += 1) machine.given(`${CHECKED}/m${count}`, "x");
    const folders = new Folders(host);
    expect(await folders.summary(CHECKED)).toMatchObject({ messages: 1000 });
    machine.given(`${CHECKED}/another`, "x");
    expect(await folders.summary(CHECKED)).toMatchObject({ messages: 1000 });
    await machine.time.advance(1000);
    expect(await folders.summary(CHECKED)).toMatchObject({ messages: 1001 });
  });
});

describe("messages in flight", () => {
  const look = () => observeInFlight(host, new Folders(host), CHECKED, ["SIM7600", "EC25"]);

  it("names the message that a modem is sending", async () => {
    machine.given(`${CHECKED}/one`, "To: 1\n\nx");
    machine.given(`${CHECKED}/one.LOCK`, "4711 SIM7600\n");
    machine.given(`${CHECKED}/waiting`, "To: 1\n\nx");
    expect(await look()).toEqual({ SIM7600: "one" });
  });

  it.each([
    { what: "names no modem of ours", lock: "one.LOCK", content: "4711 mallory\n" },
    { what: "has more in it", lock: "one.LOCK", content: "4711 SIM7600\nEC25\n" },
    { what: "is far too large", lock: "one.LOCK", content: `4711 SIM7600${" ".repeat(300)}` },
    { what: "has no message", lock: "two.LOCK", content: "4711 SIM7600" },
    { what: "belongs to a hidden file", lock: ".hidden.LOCK", content: "4711 SIM7600" },
    { what: "has a name that could drive a terminal", lock: "a\u001b[2J.LOCK", content: "4711 SIM7600" },
  ])("ignores a lock that $what", async ({ lock, content }) => {
    machine.given(`${CHECKED}/one`, "x");
    for (const name of [".hidden", "a\u001b[2J"]) machine.given(`${CHECKED}/${name}`, "x");
    machine.given(`${CHECKED}/${lock}`, content);
    expect(await look()).toEqual({});
  });

  it("takes no path for a name", () => {
    for (const name of ["", ".", "..", "../x", "a/b", "a\nb", "\u202etxt", "x".repeat(256)]) {
      expect(isPlainName(name)).toBe(false);
    }
    for (const name of ["a", "sms.AbC123", "2026-01-17 alarm (2)", "grüße"]) expect(isPlainName(name)).toBe(true);
  });
});

describe("room on the disk", () => {
  it("shows the scarcest filesystem that smsd writes to, whether bytes or files lack", async () => {
    machine.rooms.set("/", { bytes: 1e12, files: 1e6 });
    machine.rooms.set("/var/log", { bytes: 1e9, files: 3 });
    machine.rooms.set("/var/spool", { bytes: 5e7, files: 1e6 });
    expect(await observeDisk(host, inventory.smsd)).toMatchObject({ bytes: 1e9, files: 3 });
    machine.rooms.set("/var/log", { bytes: 1e9, files: 1e6 });
    expect(await observeDisk(host, inventory.smsd)).toMatchObject({ bytes: 5e7 });
  });

  it("invents no shortage where nothing can be told", async () => {
    const nowhere = { disk: { room: async () => undefined } };
    expect(await observeDisk(nowhere, inventory.smsd)).toEqual({
      path: "",
      bytes: Number.POSITIVE_INFINITY,
      files: Number.POSITIVE_INFINITY,
    });
  });
});
