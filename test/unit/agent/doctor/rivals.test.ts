import { describe, expect, it } from "vitest";
import { absent, known } from "../../../../agent/doctor/known.ts";
import { healthyFacts, MINUTE, NOT_FOUND, NOW, unit } from "./doctor-facts.ts";
import { changed, expectOne } from "./judging.ts";

describe("modemmanager", () => {
  const units = (state: object) => {
    const { units } = healthyFacts().setup;
    if (!("value" in units)) throw new Error("no units");
    return changed("setup", { units: known({ ...units.value, "ModemManager.service": unit(state) }) });
  };

  it("that runs and sees the modem is an error", () => {
    const facts = changed(
      "rivals",
      { running: known(["ModemManager"]), ignored: known({}) },
      units({ active: "active" }),
    );
    expectOne("modemmanager", facts, "error", /runs, and nothing keeps it from SIM7600 at 1-2\.1/);
  });

  it("that would start at boot and see the modem is a warning", () => {
    const facts = changed(
      "rivals",
      { ignored: known({ "1-2.1": false }) },
      units({ active: "inactive", enabled: true }),
    );
    expectOne("modemmanager", facts, "warning", /starts at the next boot/);
  });

  it("that is told to leave the modem alone is a note", () => {
    expectOne(
      "modemmanager",
      changed("rivals", { running: known(["ModemManager"]) }),
      "info",
      /leave the modems alone/,
    );
  });

  it("that runs before a modem is plugged in is a note", () => {
    const facts = changed("usb", { attached: known([]) }, changed("rivals", { running: known(["ModemManager"]) }));
    expectOne("modemmanager", facts, "info", /will open modems/);
  });

  it("that is installed, and neither runs nor is enabled, is nothing", () => {
    expectOne("modemmanager", units({ active: "inactive", enabled: false }), "ok", /does not run/);
    expect(NOT_FOUND.enabled).toBe(false);
  });
});

describe("brltty", () => {
  it("that runs is a warning, that is installed a note", () => {
    expectOne("brltty", changed("rivals", { running: known(["brltty"]) }), "warning", /brltty runs/);
    expectOne("brltty", changed("rivals", { packages: known(["brltty"]) }), "info", /is installed/);
  });
});

it("brltty that took an adapter is an error", () => {
  const line =
    "2026-01-10T20:00:00+0000 gw kernel: usb 1-4: usbfs: interface 0 claimed by ch341 while 'brltty' sets config #1";
  expectOne("brltty", changed("usb", { kernel: known([line]) }), "error", /took a serial adapter/);
});

describe("port-holders", () => {
  it("are named with process, user and terminal", () => {
    const cat = { pid: 4711, process: "check_sim7600_s", user: "rom", since: NOW - 3 * MINUTE };
    const facts = changed("rivals", { holders: known({ ttyUSB2: [cat] }) });
    expectOne(
      "port-holders",
      facts,
      "warning",
      /^check_sim7600_s \(process 4711 of rom, since 2026-01-10T20:57.*has \/dev\/ttyUSB2 open/,
    );
  });

  it("are unknown without root", () => {
    const holders = {
      unseen: { cause: "not-root", why: "who has terminals open cannot be seen without root" },
    } as const;
    expectOne("port-holders", changed("rivals", { holders }), "info", /^Unknown/);
  });

  it("cannot drive the terminal by their name", () => {
    const evil = { pid: 1, process: "\u001b[2Jevil", user: "x\ny", since: NOW };
    const { sentence } = expectOne(
      "port-holders",
      changed("rivals", { holders: known({ ttyUSB2: [evil] }) }),
      "warning",
      /evil/,
    );
    expect(sentence).not.toMatch(/\p{Cc}/u);
  });
});

describe("other-gateways", () => {
  it("that run are a warning; ModemManager has a check of its own", () => {
    expectOne(
      "other-gateways",
      changed("rivals", { running: known(["gammu-smsd", "minicom"]) }),
      "warning",
      /gammu-smsd and minicom runs here/,
    );
    expectOne("other-gateways", changed("rivals", { running: known(["ModemManager"]) }), "ok", /No other/);
  });

  it("are unknown where processes cannot be listed", () => {
    expectOne("other-gateways", changed("rivals", { running: absent("no /proc") }), "info", /Unknown/);
  });
});
