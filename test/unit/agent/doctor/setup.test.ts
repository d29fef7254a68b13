import { describe, expect, it } from "vitest";
import { known } from "../../../../agent/doctor/known.ts";
import type { UnitState } from "../../../../core/ports.ts";
import { parseSmsdConf } from "../../../../provision/init/smsd-conf.ts";
import { healthyFacts, NOT_FOUND, unit } from "./doctor-facts.ts";
import { changed, expectOne, judge } from "./judging.ts";

const FILE = "/etc/modemkeeper/inventory.yaml";

function fresh() {
  return changed("setup", { inventory: known({ state: "none", file: FILE }) });
}

function units(change: Readonly<Record<string, UnitState>>) {
  const { units: before } = healthyFacts().setup;
  if (!("value" in before)) throw new Error("no units");
  return changed("setup", { units: known({ ...before.value, ...change }) });
}

describe("before anything is installed", () => {
  it.each(["agent", "fallback", "links", "gateway", "receivers", "http"])("%s is a note, and no fault", (check) => {
    const facts = changed(
      "setup",
      { units: known({ "modemkeeper.service": NOT_FOUND }) },
      changed("agent", { state: known(undefined), http: known(undefined) }, fresh()),
    );
    expectOne(check, facts, "info", /not set up on this machine yet/);
  });
});

describe("inventory", () => {
  it("that is not there is a note", () => {
    expect(expectOne("inventory", fresh(), "info", /there is no \/etc\/modemkeeper/).fix).toContain("provision init");
  });

  it("that is not valid is an error with its first problems", () => {
    const inventory = known({ state: "invalid", file: FILE, problems: ["line 3: there is no model SIM7700"] } as const);
    expect(expectOne("inventory", changed("setup", { inventory }), "error", /is not valid/).evidence).toEqual([
      "line 3: there is no model SIM7700",
    ]);
  });
});

describe("converged", () => {
  it.each([
    ["differs", "warning", /is not as the inventory says/],
    ["invalid", "error", /cannot be applied/],
    ["unknown", "warning", /could not be found out/],
  ] as const)("%s", (state, level, sentence) => {
    const comparison = known({ state, details: ["file:/etc/smsd.conf"], restartsSmsd: false, managed: [] });
    expect(expectOne("converged", changed("setup", { comparison }), level, sentence).evidence).toEqual([
      "file:/etc/smsd.conf",
    ]);
  });
});

describe("smsd-package", () => {
  const conf = (text: string) => known({ state: "foreign", conf: parseSmsdConf(text) } as const);

  it("that is not installed is a note", () => {
    expectOne(
      "smsd-package",
      changed("setup", { smsdPackage: known(undefined) }),
      "info",
      /not installed \(package smstools\)/,
    );
  });

  it("that is very old is a warning", () => {
    expectOne("smsd-package", changed("setup", { smsdPackage: known("3.1.15-1.2") }), "warning", /older than any/);
  });

  it("of Debian 12 that waits for an LTE network is an error, not with check_network = 0, and not from Debian 13 on", () => {
    const waits = conf("devices = GSM1\n[GSM1]\ndevice = /dev/ttyUSB2\n");
    expectOne("smsd-package", changed("setup", { smsdConf: waits }), "error", /3\.1\.21-4\+b1, which does not know/);
    const calm = conf("devices = GSM1\n[GSM1]\ncheck_network = 0\n");
    expectOne("smsd-package", changed("setup", { smsdConf: calm }), "ok", /3\.1\.21-4/);
    expectOne(
      "smsd-package",
      changed("setup", { smsdConf: waits, smsdPackage: known("3.1.21-5") }),
      "ok",
      /3\.1\.21-5/,
    );
  });
});

describe("smsd-conf", () => {
  it("that is somebody else's says what in it does harm", () => {
    const text = "devices = GSM1\nloglevel = 7\n[GSM1]\ndevice = /dev/ttyUSB2\nincoming = yes\npin = 1234\n";
    const smsdConf = known({ state: "foreign", conf: parseSmsdConf(text) } as const);
    const { evidence } = expectOne(
      "smsd-conf",
      changed("setup", { smsdConf }),
      "warning",
      /not written by provision, and 6 of its settings/,
    );
    expect(evidence?.join("\n")).toContain("keep_open");
    expect(evidence?.join("\n")).not.toContain("incoming = yes");
    expect(evidence?.join("\n")).not.toContain("1234");
  });

  it("that is not there yet is a note", () => {
    expectOne(
      "smsd-conf",
      changed("setup", { smsdConf: known({ state: "none" }) }),
      "info",
      /There is no \/etc\/smsd\.conf/,
    );
  });
});

describe("agent", () => {
  it.each([
    [{ "modemkeeper.service": NOT_FOUND }, "error", /is not installed: nobody heals/],
    [{ "modemkeeper.service": unit({ active: "failed" }) }, "error", /is failed: nobody heals/],
    [{ "modemkeeper.service": unit({ enabled: false }) }, "warning", /does not start at boot/],
  ] as const)("%j", (change, level, sentence) => {
    expectOne("agent", units(change), level, sentence);
  });

  it("whose program is missing, or which hangs, is an error", () => {
    expectOne(
      "agent",
      changed("agent", { program: known(false) }),
      "error",
      /\/usr\/local\/bin\/modemkeeper is not installed/,
    );
    expectOne("agent", changed("agent", { state: known(undefined) }), "error", /has not looked for/);
  });
});

describe("fallback", () => {
  it.each([
    [NOT_FOUND, /is not installed/],
    [unit({ enabled: false }), /active, and not enabled/],
    [unit({ active: "inactive" }), /is inactive/],
  ])("%j is a warning", (state, sentence) => {
    expectOne("fallback", units({ "modemkeeper-fallback.timer": state }), "warning", sentence);
  });
});

describe("secrets", () => {
  it("that cannot be read are an error each", () => {
    const secrets = known([
      {
        sentence: "the PIN of SIM7600 (file /etc/modemkeeper/secrets/pin): others than its owner may read it",
        fix: "`chmod 600`",
      },
      { sentence: "token of receiver crm (file /etc/x): there is no such file" },
    ]);
    const results = judge("secrets", changed("setup", { secrets }));
    expect(results.map(({ level }) => level)).toEqual(["error", "error"]);
    expect(results.map(({ fix }) => fix)).toEqual(["`chmod 600`", expect.stringContaining("root alone")]);
  });
});

describe("permissions", () => {
  it("of a terminal that is not the group's are a warning", () => {
    const ttys = known([
      { path: "/dev/ttyUSB2", is: { kind: "other", mode: 0o600, owner: "root", group: "root" } } as const,
    ]);
    expect(
      expectOne("permissions", changed("setup", { ttys }), "warning", /\/dev\/ttyUSB2 is not open/).evidence,
    ).toEqual(["/dev/ttyUSB2 is 0600 root:root"]);
  });

  it.each([
    ["missing", undefined, /is missing/],
    ["a file", { kind: "file", mode: 0o644, owner: "smsd", group: "smsd" }, /is a file/],
    ["root's", { kind: "directory", mode: 0o755, owner: "root", group: "root" }, /may not write to/],
    ["read-only", { kind: "directory", mode: 0o555, owner: "smsd", group: "smsd" }, /may not write to/],
  ] as const)("of a folder that is %s are an error", (_what, is, sentence) => {
    const spool = known([{ path: "/var/spool/sms/incoming", ...(is ? { is } : {}) }]);
    expectOne("permissions", changed("setup", { spool }), "error", sentence);
  });

  it("of folders of a machine without inventory are nobody's business yet", () => {
    const facts = changed("setup", { spool: known([{ path: "/var/spool/sms/incoming" }]) }, fresh());
    expectOne("permissions", facts, "ok", /may use/);
  });

  it("of an smsd that the init script starts outside of dialout are a warning", () => {
    const old = units({ "smstools.service": unit({ fragment: "/run/systemd/generator.late/smstools.service" }) });
    const smsdUser = known({ name: "smsd", group: "smsd", groups: [] });
    expectOne("permissions", changed("setup", { smsdUser }, old), "warning", /not in the group dialout/);
    expectOne("permissions", changed("setup", { smsdUser }), "ok", /may use/);
  });
});

describe("links", () => {
  it("that are missing or wrong are an error", () => {
    const wrongLinks = known(["/dev/ttyUSB_SIM7600_AT is missing; it must lead to ttyUSB2"]);
    expect(expectOne("links", changed("setup", { wrongLinks }), "error", /A link is missing or wrong/).fix).toContain(
      "links repair",
    );
  });
});
