import { describe, expect, it } from "vitest";
import { ALL_CHECKS } from "../../../../agent/doctor/checks/all.ts";
import { diagnose } from "../../../../agent/doctor/diagnose.ts";
import { absent, known } from "../../../../agent/doctor/known.ts";
import { healthyFacts, log, MINUTE, NOW } from "./doctor-facts.ts";
import { changed, expectOne, judge } from "./judging.ts";

describe("a gateway that is well", () => {
  it.each(ALL_CHECKS.map(({ name }) => name))("has nothing to say about %s but that it is so", (name) => {
    for (const result of judge(name, healthyFacts()))
      expect(result, JSON.stringify(result)).toMatchObject({ level: "ok" });
  });

  it("is counted", () => {
    expect(diagnose(healthyFacts()).counts).toEqual({ ok: ALL_CHECKS.length, info: 0, warning: 0, error: 0 });
  });

  it("names each check once", () => {
    expect(new Set(ALL_CHECKS.map(({ name }) => name)).size).toBe(ALL_CHECKS.length);
    for (const { name } of ALL_CHECKS) expect(name).toMatch(/^[a-z][a-z-]*$/);
  });
});

describe("privileges", () => {
  it("that lack are a note", () => {
    expectOne("privileges", { ...healthyFacts(), root: false }, "info", /not run as root/);
  });
});

describe("runtime", () => {
  it.each([
    [{ node: "18.20.4", architecture: "arm64", glibc: "2.35" }, /Node is 18\.20\.4/],
    [{ node: "20.18.9", architecture: "arm64", glibc: "2.35" }, /Node is 20\.18\.9/],
    [{ node: "22.1.0", architecture: "arm", glibc: "2.35" }, /processor is arm;/],
    [{ node: "22.1.0", architecture: "x64", glibc: "2.27" }, /glibc 2\.27/],
    [{ node: "22.1.0", architecture: "x64" }, /not glibc/],
  ])("%j is refused", (runtime, sentence) => {
    expectOne("runtime", { ...healthyFacts(), runtime: known(runtime) }, "error", sentence);
  });
});

describe("systemd", () => {
  it("that does not run is a warning", () => {
    expectOne("systemd", { ...healthyFacts(), systemd: known(false) }, "warning", /does not run here/);
  });
});

describe("clock", () => {
  it("that stands before files were written is an error: a board without a clock battery", () => {
    const newestFile = known({ path: "/usr/local/bin/modemkeeper", modifiedAt: NOW + 400 * 24 * 60 * MINUTE });
    expectOne("clock", changed("system", { newestFile }), "error", /400 days behind.*modemkeeper was written at 2027/);
  });

  it("that differs by seconds is none", () => {
    const newestFile = known({ path: "/x", modifiedAt: NOW + 30_000 });
    expectOne("clock", changed("system", { newestFile }), "ok", /is set/);
  });

  it("that nobody sets is a warning", () => {
    const time = known({ synchronized: false, enabled: false });
    expectOne("clock", changed("system", { time }), "warning", /none is switched on/);
    expectOne("clock", changed("system", { time: known({ synchronized: false, enabled: true }) }), "warning", /yet/);
  });

  it.each([
    ["2026-01-10 20:00:00", "2026-01-10 18:00:00", /jumped back by 2 h/],
    ["1970-01-01 00:02:00", "2026-01-10 18:00:00", /jumped ahead by \d+ days/],
  ])("that jumped from %s to %s while smsd ran is a warning", (before, after, sentence) => {
    const lines = known(log(`${before},6, SIM7600: No SMS received`, `${after},6, SIM7600: No SMS received`));
    expectOne("clock", changed("smsd", { log: lines }), "warning", sentence);
  });

  it("that was set to winter time has not jumped", () => {
    const lines = known(
      log("2026-10-25 02:59:59,6, SIM7600: No SMS received", "2026-10-25 02:00:00,6, SIM7600: No SMS received"),
    );
    expectOne("clock", changed("smsd", { log: lines }), "ok", /is set/);
  });

  it("whose service cannot be asked is unknown, and no fault", () => {
    const result = expectOne(
      "clock",
      changed("system", { time: absent("there is no systemd") }),
      "info",
      /^Unknown: there is no systemd/,
    );
    expect(result.unknown).toBe(true);
  });
});

describe("disk", () => {
  const room = (bytes: number, files: number) =>
    changed("system", { rooms: known([{ path: "/var/spool/sms", bytes, files }]) });
  it.each([
    ["full of bytes", 10e6, 1e6, "error", /is full: 9 MiB/],
    ["out of inodes", 9e9, 12, "error", /is full: .*12 inodes/],
    ["nearly full", 300e6, 1e6, "warning", /nearly full/],
    ["with few inodes", 9e9, 1500, "warning", /nearly full/],
    ["without inodes at all (btrfs)", 9e9, Number.POSITIVE_INFINITY, "ok", /MiB are free/],
  ] as const)("that is %s", (_what, bytes, files, level, sentence) => {
    expectOne("disk", room(bytes, files), level, sentence);
  });

  it("on which several folders lie is told once", () => {
    const rooms = known(["/a", "/b"].map((path) => ({ path, bytes: 1e6, files: 1e6 })));
    expectOne("disk", changed("system", { rooms }), "error", /disk of \/a/);
  });
});

describe("filesystem", () => {
  it("that is mounted read-only is an error", () => {
    const readOnly = known([{ path: "/var/spool/sms/incoming", mount: "/" }]);
    const { fix } = expectOne(
      "filesystem",
      changed("system", { readOnly }),
      "error",
      /^\/ is mounted read-only: .*incoming/,
    );
    expect(fix).toContain("mount -o remount,rw /");
  });

  it.each([
    "2026-01-10T20:11:07+0100 jetson kernel: EXT4-fs error (device mmcblk0p1): ext4_find_entry:1455: inode #131: comm smsd: reading directory lblock 0",
    "2026-01-10T20:11:07+0100 jetson kernel: I/O error, dev mmcblk0, sector 8193 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2",
    "[ 1812.100221] EXT4-fs (mmcblk0p1): Remounting filesystem read-only",
  ])("whose disk is dying is a warning: %s", (line) => {
    const { evidence } = expectOne(
      "filesystem",
      changed("usb", { kernel: known([line]) }),
      "warning",
      /errors of a disk/,
    );
    expect(evidence?.[0]).not.toContain("jetson kernel:");
  });
});

describe("journal", () => {
  it("that is lost at each boot, too large or not there is a note", () => {
    expectOne(
      "journal",
      changed("system", { journal: known({ persistent: false, bytes: 8e6 }) }),
      "info",
      /lost at each boot/,
    );
    expectOne(
      "journal",
      changed("system", { journal: known({ persistent: true, bytes: 3e9 }) }),
      "info",
      /takes 2861 MiB/,
    );
    expectOne("journal", changed("system", { journal: known({ persistent: false, bytes: 0 }) }), "info", /no journal/);
  });
});

describe("what could not be seen", () => {
  it.each([
    ["not-root", "info", /sudo/],
    ["failed", "warning", undefined],
    ["absent", "info", undefined],
  ] as const)("for the cause %s is unknown", (cause, level, fix) => {
    const rooms = { unseen: { cause, why: "room on disks did not come within 2 s" } } as const;
    const result = expectOne("disk", changed("system", { rooms }), level, /^Unknown: room on disks/);
    if (fix) expect(result.fix).toMatch(fix);
  });
});
