import { parse } from "yaml";
import { ModemkeeperError } from "../../core/errors.ts";
import type { ModemModel } from "../../core/model/modem-model.ts";
import type { ProgramFiles } from "../../core/ports.ts";
import type { RawModel } from "../inventory/raw.ts";
import { modelFrom } from "./parse.ts";

const FOLDER = "provision/models/catalogue";

/**
 * The built-in modem models, sorted by name.
 * @throws ModemkeeperError io if the program's own data cannot be read
 */
export async function loadCatalogue(program: ProgramFiles): Promise<readonly ModemModel[]> {
  const names = (await program.list(FOLDER)).filter((name) => name.endsWith(".yaml"));
  const rows = await Promise.all(names.map((name) => readRows(program, `${FOLDER}/${name}`)));
  return rows
    .flat()
    .map((row) => modelFrom(row, false))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readRows(program: ProgramFiles, path: string): Promise<readonly RawModel[]> {
  const text = await program.read(path);
  try {
    return parse(text) as readonly RawModel[];
  } catch (cause) {
    throw new ModemkeeperError("io", `The catalogue file ${path} is damaged.`, { fix: "Install again.", cause });
  }
}
