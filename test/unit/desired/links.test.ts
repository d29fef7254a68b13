import { describe, expect, it } from "vitest";
import { expectedLinks, rolesOf } from "../../../provision/desired/links.ts";
import { sampleComposition, sampleModel, sampleModem } from "../../helpers/sample-inventory.ts";

const rndis = sampleComposition({
  name: "rndis",
  usb: "1e0e:9011",
  roles: { AT: { interface: 4 }, DIAG: { interface: 2 } },
});
const model = sampleModel({ compositions: [sampleComposition(), rndis] });

describe("expected links", () => {
  it("are the union of all compositions, each link once", () => {
    const links = expectedLinks([sampleModem({ name: "M", model })]);
    expect(links.map(({ path }) => path)).toEqual([
      "/dev/ttyUSB_M_DIAG",
      "/dev/ttyUSB_M_NMEA",
      "/dev/ttyUSB_M_AT",
      "/dev/ttyUSB_M_VOICE",
      "/dev/ttyUSB_M_AUDIO",
    ]);
    expect(links.find(({ role }) => role === "AT")?.compositions).toEqual(["qmi", "rndis"]);
    expect(links.find(({ role }) => role === "VOICE")?.compositions).toEqual(["qmi"]);
  });
});

describe("the roles of a modem", () => {
  it("are its composition's, where the inventory does not say otherwise", () => {
    const modem = sampleModem({ model, roles: { AT: { interface: 3 }, EXTRA: { class: "ff/01/02" } } });
    expect(Object.fromEntries(rolesOf(modem, rndis))).toEqual({
      DIAG: { interface: 2 },
      AT: { interface: 3 },
      EXTRA: { class: "ff/01/02" },
    });
  });
});
