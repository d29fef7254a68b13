import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Composition } from "../../../core/model/modem-model.ts";
import { programFiles } from "../../../host/program-files.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import { classMatches, interfacesGlob } from "../../../provision/models/class-pattern.ts";
import { type Discriminator, discriminators } from "../../../provision/models/discriminators.ts";

const catalogue = await loadCatalogue(await programFiles());
const ec25 = catalogue.find(({ name }) => name === "EC25")?.compositions ?? [];

/** udev's matching of one glob with `|`, `*` and `?`. */
function udevMatches({ op, glob }: Discriminator, value: string): boolean {
  const regex = glob
    .split("|")
    .map(
      (one) =>
        `^${one
          .replaceAll(/[.+^${}()[\]\\]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".")}$`,
    )
    .join("|");
  return new RegExp(regex).test(value) === (op === "==");
}

function named(name: string): Composition {
  const found = ec25.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
}

describe("EC25", () => {
  test("RNDIS has a network interface that the others lack, and they lack it all alike", () => {
    const rndis = "*:e00103:*|*:ef0401:*";
    expect(discriminators(named("rndis"), ec25)).toEqual([{ op: "==", glob: rndis }]);
    for (const name of ["qmi", "ecm", "mbim"]) {
      expect(discriminators(named(name), ec25)).toEqual([{ op: "!=", glob: rndis }]);
    }
  });

  test.each([
    [":ffffff:ff0000:", ["qmi", "ecm", "mbim"]],
    [":ffffff:ff0000:020600:0a0000:", ["qmi", "ecm", "mbim"]],
    [":e00103:0a0000:ffffff:ff0000:", ["rndis"]],
    [":ef0401:0a0000:ffffff:ff0000:", ["rndis"]],
  ])("a device that shows %s gets the roles of %j", (shown, expected) => {
    const fitting = ec25.filter((one) => discriminators(one, ec25).every((condition) => udevMatches(condition, shown)));
    expect(fitting.map(({ name }) => name)).toEqual(expected);
  });
});

test("the same roles need no telling apart, nor do other ids", () => {
  const base: Composition = {
    name: "a",
    usb: "1:1",
    interfaces: { 0: "ff" },
    roles: { AT: { interface: 0 } },
    newId: false,
    source: "",
  };
  expect(discriminators(base, [base, { ...base, name: "b", interfaces: { 0: "ff", 1: "02/06" } }])).toEqual([]);
  expect(discriminators(base, [{ ...base, usb: "2:2", roles: { AT: { interface: 1 } } }])).toEqual([]);
});

test("a glob over udev's set matches exactly the interfaces that the pattern matches", () => {
  const hex = fc.constantFrom("00", "01", "02", "06", "e0", "ff");
  const pattern = fc.array(
    fc.array(hex, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    { minLength: 1, maxLength: 2 },
  );
  const actual = fc.tuple(hex, hex, hex).map((parts) => parts.join("/"));
  fc.assert(
    fc.property(pattern, fc.array(actual, { minLength: 1, maxLength: 4 }), (alternatives, interfaces) => {
      const text = alternatives.join("|");
      const shown = `:${interfaces.map((one) => one.replaceAll("/", "")).join(":")}:`;
      const expected = interfaces.some((one) => classMatches(text, one));
      expect(udevMatches({ op: "==", glob: interfacesGlob(text) }, shown)).toBe(expected);
    }),
  );
});
