import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { AttachedModem } from "../../../core/model/attached-modem.ts";
import { programFiles } from "../../../host/program-files.ts";
import { propose } from "../../../provision/init/propose.ts";
import { takeoverReport } from "../../../provision/init/report.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import { attachedModem } from "../../helpers/bus.ts";

/*
 * What `provision init` makes of an smsd.conf: beside each NAME.conf the inventory and the report, as files to read.
 * `vitest run --project cases -u` writes them anew.
 */
const HERE = fileURLToPath(new URL(".", import.meta.url));
const cases = readdirSync(HERE).filter((name) => name.endsWith(".conf"));

const ON_BUS = /^# on the bus: (SIM7600|EC25) at (\S+) from ttyUSB(\d+)$/gm;

function busOf(text: string): readonly AttachedModem[] {
  return [...text.matchAll(ON_BUS)].map(([, model, port = "", first]) =>
    attachedModem(model === "EC25" ? "EC25" : "SIM7600", port, Number(first)),
  );
}

/** On the bus of a case, a path like /dev/ttyUSB2 exists exactly if a modem has that terminal. */
function terminalsOf(bus: readonly AttachedModem[]): ReadonlyMap<string, string> {
  const ttys = bus.flatMap(({ interfaces }) => interfaces.flatMap(({ tty }) => tty ?? []));
  return new Map(ttys.map((tty) => [`/dev/${tty}`, tty]));
}

describe("taking over", () => {
  it.each(cases)("%s", async (name) => {
    const text = readFileSync(join(HERE, name), "utf8");
    const bus = busOf(text);
    const proposal = propose({
      bus,
      catalogue: await loadCatalogue(await programFiles()),
      conf: { text, name: "/etc/smsd.conf", terminals: terminalsOf(bus) },
      schemaLine: "# yaml-language-server: $schema=./inventory.schema.json",
    });
    const report = takeoverReport(proposal, "/etc/smsd.conf", (_format, plain) => plain);
    const notes = proposal.notes.map((note) => `note: ${note}\n`).join("");
    const base = name.replace(/\.conf$/, "");
    await expect(proposal.text).toMatchFileSnapshot(join(HERE, `${base}.inventory.yaml`));
    await expect(`${report}\n${notes}`).toMatchFileSnapshot(join(HERE, `${base}.report.txt`));
  });
});
