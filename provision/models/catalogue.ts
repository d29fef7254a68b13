import type { ModemModel } from "../../core/model/modem-model.ts";
import type { ProgramFiles } from "../../core/ports.ts";
import { catalogueRows } from "./catalogue-rows.ts";
import { modelFrom } from "./parse.ts";

/**
 * The built-in modem models, sorted by name. Their shape was checked when the program was built.
 * @throws ModemkeeperError io if the program's own data cannot be read
 */
export async function loadCatalogue(program: ProgramFiles): Promise<readonly ModemModel[]> {
  const rows = await catalogueRows(program);
  return rows.map((row) => modelFrom(row, false)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
