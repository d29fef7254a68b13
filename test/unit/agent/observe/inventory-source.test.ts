import { beforeEach, expect, it } from "vitest";
import { engineHere } from "../../../../agent/engine/engine-here.ts";
import { InventorySource } from "../../../../agent/observe/inventory-source.ts";
import { LAST_GOOD_INVENTORY } from "../../../../agent/paths.ts";
import type { AgentHost } from "../../../../core/agent-ports.ts";
import { INVENTORY_COPY } from "../../../../provision/desired/paths.ts";
import { ONE_SIM7600 } from "../../../helpers/gateway.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

const BROKEN = "version: 1\nmodems:\n  - name: SIM7600\n    model: NO_SUCH\n";
const RENAMED = ONE_SIM7600.replace("name: SIM7600", "name: MAIN");

let machine: MemoryAgentMachine;
beforeEach(async () => {
  machine = await memoryAgentMachine();
  machine.given(INVENTORY_COPY, ONE_SIM7600);
});

const sourceOn = (host: AgentHost) => new InventorySource(host, engineHere(host));
const source = () => sourceOn(machine.agentHost());
const names = ({ inventory }: { readonly inventory: { readonly modems: readonly { readonly name: string }[] } }) =>
  inventory.modems.map(({ name }) => name);

it("takes an edited inventory over, and keeps it as the last good one", async () => {
  const inventories = source();
  expect(names(await inventories.current())).toEqual(["SIM7600"]);
  machine.given(INVENTORY_COPY, RENAMED);
  expect(names(await inventories.current())).toEqual(["MAIN"]);
  expect(machine.files.entries.get(LAST_GOOD_INVENTORY)).toMatchObject({ content: RENAMED, mode: 0o600 });
});

it.each([
  { what: "broken", code: "inventory-invalid", act: () => machine.given(INVENTORY_COPY, BROKEN) },
  { what: "gone", code: "precondition-missing", act: () => machine.files.entries.delete(INVENTORY_COPY) },
])("goes on with the last good one while the file is $what, over its own restart too", async ({ code, act }) => {
  const before = source();
  await before.current();
  act();
  for (const inventories of [before, source()]) {
    const current = await inventories.current();
    expect(names(current)).toEqual(["SIM7600"]);
    expect(current.refused?.code).toBe(code);
  }
  machine.given(INVENTORY_COPY, RENAMED);
  const mended = await before.current();
  expect(names(mended)).toEqual(["MAIN"]);
  expect(mended.refused).toBeUndefined();
});

it("refuses to begin where there never was a good one", async () => {
  machine.given(INVENTORY_COPY, BROKEN);
  await expect(source().current()).rejects.toMatchObject({ code: "inventory-invalid" });
});

it("obeys a good one although the disk takes no copy of it", async () => {
  const inventories = sourceOn(machine.agentHost({ failAt: 1 }));
  const current = await inventories.current();
  expect(names(current)).toEqual(["SIM7600"]);
  expect(machine.files.entries.has(LAST_GOOD_INVENTORY)).toBe(false);
});

it("reads the file again only when it has changed", async () => {
  const inventories = source();
  const first = await inventories.current();
  expect(await inventories.current()).toBe(first);
});
