import { parse } from "yaml";
import { ModemkeeperError } from "../../core/errors.ts";
import type { ProgramFiles } from "../../core/ports.ts";
import type { RawModel } from "../inventory/raw.ts";

const FOLDER = "provision/models/catalogue";

/**
 * The rows of all catalogue files. Reading them takes many times as long as everything else a quick command does,
 * so the build replaces this module by its own result (scripts/copy-data.mjs).
 * @throws ModemkeeperError io if a file is damaged
 */
export async function catalogueRows(program: ProgramFiles): Promise<readonly RawModel[]> {
  const names = (await program.list(FOLDER)).filter((name) => name.endsWith(".yaml"));
  const files = await Promise.all(names.map((name) => readRows(program, `${FOLDER}/${name}`)));
  return files.flat();
}

async function readRows(program: ProgramFiles, path: string): Promise<readonly RawModel[]> {
  const text = await program.read(path);
  const known = parsed.get(text);
  if (known) return known;
  try {
    const rows = parse(text) as readonly RawModel[];
    parsed.set(text, rows);
    return rows;
  } catch (cause) {
    throw new ModemkeeperError("io", `The catalogue file ${path} is damaged.`, { fix: "Install again.", cause });
  }
}

/** By text. A process that plans more than once, such as a test, parses each but once. */
const parsed = new Map<string, readonly RawModel[]>();
