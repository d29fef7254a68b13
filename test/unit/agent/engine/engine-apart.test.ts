import { readFile } from "node:fs/promises";
import { beforeEach, expect, test } from "vitest";
import { engineCommand } from "../../../../agent/commands/engine.ts";
import type { Engine } from "../../../../agent/engine/engine.ts";
import { engineApart } from "../../../../agent/engine/engine-apart.ts";
import { engineHere } from "../../../../agent/engine/engine-here.ts";
import { ModemkeeperError } from "../../../../core/errors.ts";
import { INVENTORY_COPY } from "../../../../provision/desired/paths.ts";
import { ONE_SIM7600 } from "../../../helpers/gateway.ts";
import { appliedGateway, type Given } from "../observe/agent-machine.ts";

/*
 * The agent asks the engine in another process: what it is told must be what the engine in its own would have said.
 */

let given: Given;
let apart: Engine;
let here: Engine;

beforeEach(async () => {
  given = await appliedGateway();
  const { machine, host } = given;
  machine.onOwnProgram = (args) => runEngine(args);
  apart = engineApart(host, new AbortController().signal);
  here = engineHere(host);
});

/** `modemkeeper engine …` as its process would carry it out. */
async function runEngine([name, question = "", subject = ""]: readonly string[]): Promise<string> {
  expect(name).toBe("engine");
  let printed = "";
  const out = (text: string) => {
    printed += text;
  };
  const terminal = {
    out,
    err: () => {},
    colour: false,
    interactive: false,
    ask: async () => "",
    readInput: async () => "",
  };
  const inventory = async () => given.inventory;
  const signal = new AbortController().signal;
  const context = { host: given.host, terminal, inventoryFile: INVENTORY_COPY, inventory, signal, verbose: false };
  await engineCommand(context, { question, subject });
  return printed;
}

test("an inventory with every section arrives whole", async () => {
  const text = await readFile(new URL("../../../cases/inventory/everything.yaml", import.meta.url), "utf8");
  given.machine.given("/etc/other.yaml", text);
  const expected = await here.inventory("/etc/other.yaml");
  expect(expected.inventory.modems).toHaveLength(3);
  expect(await apart.inventory("/etc/other.yaml")).toEqual(expected);
});

test("a refused inventory is refused with every problem and its place", async () => {
  given.machine.given("/etc/other.yaml", "version: 1\nmodems:\n  - name: A\n    model: NO_SUCH\n");
  const refusal = await here.inventory("/etc/other.yaml").catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ModemkeeperError);
  const same = await apart.inventory("/etc/other.yaml").catch((error: unknown) => error);
  const { code, message, why, fix, diagnostics } = refusal as ModemkeeperError;
  expect(same).toMatchObject({ code, message, why, fix, diagnostics });
  await expect(apart.inventory("/etc/none.yaml")).rejects.toMatchObject({ code: "precondition-missing" });
});

test("an edited inventory differs, is applied, and is then as the host is", async () => {
  given.machine.given(INVENTORY_COPY, `${ONE_SIM7600}smsd:\n  settings:\n    blocktime: 77\n`);
  const differs = await apart.compare();
  expect(differs).toMatchObject({ state: "differs", restartsSmsd: true });
  expect(differs.managed).toContain("/etc/smsd.conf");
  expect(await apart.apply("inventory edited", () => {})).toContain("smsd was restarted");
  expect(await apart.compare()).toMatchObject({ state: "converged", details: [] });
});

test("a process that fails is an error, not an answer", async () => {
  given.machine.onOwnProgram = () => {
    throw new ModemkeeperError("command-failed", "it ended with 1");
  };
  await expect(apart.compare()).rejects.toMatchObject({ code: "command-failed" });
  given.machine.onOwnProgram = () => "no JSON";
  await expect(apart.compare()).rejects.toThrow();
});
