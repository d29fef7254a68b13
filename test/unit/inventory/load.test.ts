import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { programFiles } from "../../../host/program-files.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";

const catalogue = await loadCatalogue(await programFiles());

function load(text: string) {
  return loadInventory({ file: "inventory.yaml", text, catalogue });
}

function accepted(text: string) {
  const { inventory, diagnostics } = load(text);
  if (inventory === undefined) throw new Error(JSON.stringify(diagnostics, null, 1));
  return inventory;
}

const ONE = "version: 1\nmodems: [{ name: a, model: SIM7600 }]\n";

describe("defaults", () => {
  test("the shipped example works as it is and names one SIM7600", () => {
    const { inventory, diagnostics } = load(readFileSync(new URL("../../../inventory.yaml", import.meta.url), "utf8"));
    expect(diagnostics).toEqual([]);
    expect(inventory?.modems.map(({ name, model }) => [name, model.name])).toEqual([["SIM7600", "SIM7600"]]);
  });

  test("follow the design: survive, be fast, keep what is dangerous off", () => {
    const { modems, smsd, manualStop, watchdog, http, accessLock } = accepted(ONE);
    expect(modems[0]?.smsd).toMatchObject({
      keep_open: false,
      check_network: 0,
      send_handshake_select: false,
      rtscts: false,
      device_open_retries: -1,
      incoming: "high",
      memory_start: 0,
    });
    expect(smsd.settings).toMatchObject({
      errorsleeptime: 1,
      notifier: true,
      trust_outgoing: true,
      store_received_pdu: 3,
    });
    expect(smsd.settings).toMatchObject({ decode_unicode_text: false, loglevel: 6 });
    expect(manualStop).toEqual({
      flag: "/tmp/smsd_manual_stop",
      trustedUsers: [],
      warnAfter: 600,
      clearAfter: 1800,
      longestExpiry: 14_400,
    });
    expect(watchdog.rungs).toEqual(["restart-smsd", "at-reset", "usb-reset", "usb-authorize"]);
    expect(http.listen).toBe("127.0.0.1:8070");
    expect(accessLock.file).toBe("/var/lock/modem_access.lock");
  });
});

describe("precedence", () => {
  test("the modem's own setting wins over the quirk, the quirk over the model, the model over ours", () => {
    const text = `
version: 1
modems:
  - { name: old, model: X, firmware: v1.2, smsd: { send_retries: 9 } }
  - { name: new, model: Y, firmware: v3.0 }
models:
  - &x
    name: X
    source: test
    at: { reset: AT+CFUN=16, firmware: { command: AT+CGMR, pattern: 'v(\\d+)\\.(\\d+)' } }
    smsd: { incoming: yes, send_retries: 3, delaytime: 5s }
    compositions: [{ name: a, usb: abcd:0001, interfaces: { 0: ff }, roles: { AT: 0 }, source: test }]
    quirks: [{ firmware: <2.0.0, smsd: { send_retries: 4, delaytime: 7s }, why: test }]
  - name: Y
    source: test
    at: { reset: AT+CFUN=16, firmware: { command: AT+CGMR, pattern: 'v(\\d+)\\.(\\d+)' } }
    smsd: { send_retries: 3 }
    compositions: [{ name: a, usb: abcd:0002, interfaces: { 0: ff }, roles: { AT: 0 }, source: test }]
    quirks: [{ firmware: <2.0.0, smsd: { send_retries: 4 }, why: test }]
`;
    const { modems } = accepted(text);
    expect(modems[0]?.smsd).toMatchObject({ send_retries: 9, delaytime: 7, incoming: "yes", keep_open: false });
    expect(modems[1]?.smsd).toMatchObject({ send_retries: 3, incoming: "high" });
  });

  test("an own model takes the place of the built-in one of that name, and says so", () => {
    const { inventory, diagnostics } = load(`${ONE}
models:
  - name: SIM7600
    source: field
    at: { reset: AT+CRESET, firmware: { command: AT+CGMR, pattern: '(\\d+)' } }
    compositions: [{ name: odd, usb: 1e0e:9001, interfaces: { 1: ff }, roles: { AT: 1 }, source: field }]
`);
    expect(inventory?.modems[0]?.model).toMatchObject({ custom: true, source: "field" });
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["model-replaced"]);
  });
});

describe("short forms", () => {
  test("durations become seconds, folders follow their base, secrets their folder", () => {
    const inventory = accepted(`
version: 1
modems: [{ name: a, model: SIM7600, sim: { pin: { file: a.pin } } }]
smsd: { spool: { base: /srv/sms/, sent: /srv/gone } }
manual_stop: { warn_after: 90, clear_after: 20m, longest_expiry: 2h }
http: { token: { file: /root/token } }
`);
    expect(inventory.manualStop).toMatchObject({ warnAfter: 90, clearAfter: 1200, longestExpiry: 7200 });
    expect(inventory.smsd.spool).toMatchObject({ incoming: "/srv/sms/incoming", sent: "/srv/gone" });
    expect(inventory.modems[0]?.pin).toEqual({ from: "file", path: "/etc/modemkeeper/secrets/a.pin" });
    expect(inventory.http.token).toEqual({ from: "file", path: "/root/token" });
  });
});

describe("hostile files", () => {
  test("ten megabytes are refused unread, with one diagnostic", () => {
    const { diagnostics } = load(`${ONE}# ${"x".repeat(10_000_000)}`);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["inventory-size"]);
  });

  test("a hundred thousand nested lists are refused, not followed", () => {
    const { diagnostics } = load("[".repeat(100_000));
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics[0]?.severity).toBe("error");
  });

  test("a file that contains itself is refused", () => {
    const { inventory } = load("version: 1\nmodems: &m [*m]\n");
    expect(inventory).toBeUndefined();
  });

  test("an alias without an anchor is named as what it is", () => {
    const { diagnostics } = load("version: 1\nmodems: *nowhere\n");
    expect(diagnostics.map(({ what }) => what).join()).toContain("nowhere");
  });

  test("a list as a key is refused instead of being turned into a text", () => {
    const { diagnostics } = load(`${ONE}? [a, b]\n: 1\n`);
    expect(diagnostics.map(({ rule, range }) => [rule, range?.line])).toEqual([["complex-key", 3]]);
  });

  test("thousands of mistakes do not become thousands of pages", () => {
    const { diagnostics } = load(`${ONE}${Array.from({ length: 20_000 }, (_, i) => `key${i}: 1\n`).join("")}`);
    expect(diagnostics.length).toBe(200);
  });
});

test("a broken entry hides nothing that is wrong elsewhere, and does not move it", () => {
  const { diagnostics } = load(`version: 1
modems:
  - { model: SIM7600 }
  - 17
  - { name: good, model: SIM760 }
`);
  const places = diagnostics.map(({ rule, range }) => [rule, range?.line, range?.column]);
  expect(places).toEqual([
    ["missing-key", 3, 5],
    ["wrong-type", 4, 5],
    ["unknown-model", 5, 26],
  ]);
});
