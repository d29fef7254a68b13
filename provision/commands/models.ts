import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import type { Composition, ModemModel } from "../../core/model/modem-model.ts";
import { didYouMean } from "../inventory/suggest.ts";
import { loadCatalogue } from "../models/catalogue.ts";
import type { Command } from "./context.ts";

export interface ModelsOptions {
  readonly json?: boolean;
}

/** `provision models list`: the built-in catalogue, one line a model. */
export const modelsListCommand: Command<ModelsOptions> = async ({ host, terminal }, options) => {
  const models = await loadCatalogue(host.program);
  if (options.json) {
    terminal.out(`${JSON.stringify({ format: "modemkeeper.models/1", models })}\n`);
    return EXIT.ok;
  }
  const width = Math.max(...models.map((model) => model.name.length));
  for (const model of models) {
    const ids = [...new Set(model.compositions.map((composition) => composition.usb))].join(" ");
    terminal.out(`${model.name.padEnd(width)}  ${model.title}  ${ids}\n`);
  }
  return EXIT.ok;
};

/** `provision models show NAME`: everything the catalogue knows of one model, and where it knows it from. */
export const modelsShowCommand: Command<ModelsOptions & { readonly name: string }> = async (context, options) => {
  const models = await loadCatalogue(context.host.program);
  const model = models.find((one) => one.name.toLowerCase() === options.name.toLowerCase());
  if (!model) throw unknownModel(options.name, models);
  context.terminal.out(
    options.json ? `${JSON.stringify({ format: "modemkeeper.model/1", model })}\n` : describe(model),
  );
  return EXIT.ok;
};

function unknownModel(name: string, models: readonly ModemModel[]): ModemkeeperError {
  const hint = didYouMean(
    name,
    models.map((model) => model.name),
  );
  return new ModemkeeperError("not-found", `the catalogue has no model "${name}".${hint}`, {
    fix: "provision models list; a model that is missing can be described in the inventory, under `models`",
  });
}

function describe(model: ModemModel): string {
  const lines = [
    `${model.name}: ${model.title}`,
    `  boot      ${model.bootSeconds} s from plug to a ready AT port`,
    `  reset     ${model.at.reset}`,
    `  firmware  ${model.at.firmware.command}`,
    `  source    ${model.source}`,
    ...model.compositions.flatMap(describeComposition),
    ...Object.entries(model.smsd).map(([key, value]) => `  smsd      ${key} = ${String(value)}`),
    ...model.quirks.map((quirk) => `  quirk     firmware ${quirk.firmware}: ${quirk.why}`),
  ];
  return `${lines.join("\n")}\n`;
}

function describeComposition(composition: Composition): readonly string[] {
  const roles = Object.entries(composition.roles).map(([role, selector]) => {
    return `${role}=${"interface" in selector ? String(selector.interface).padStart(2, "0") : selector.class}`;
  });
  const newId = composition.newId ? "  (the kernel is told of this id)" : "";
  return [`  ${composition.usb}  ${composition.name}: ${roles.join(" ")}${newId}`, `            ${composition.source}`];
}
