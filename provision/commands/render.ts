import { EXIT } from "../../core/errors.ts";
import { reveal } from "../../core/secret.ts";
import { absolutePath, type Command } from "./context.ts";
import { readInventory } from "./load-inventory.ts";
import { desiredState } from "./planning.ts";

export interface RenderOptions {
  readonly to: string;
}

/** `provision render --to DIR`: the files as they would be installed, for reading or for an image. */
export const renderCommand: Command<RenderOptions> = async (context, options) => {
  const desired = await desiredState(context, await readInventory(context));
  const folder = absolutePath(context, options.to);
  for (const resource of desired.resources) {
    if (resource.kind !== "file") continue;
    const spec = { content: reveal(resource.content), mode: resource.mode, ...context.owner };
    await context.local.write(`${folder}${resource.path}`, spec);
    context.terminal.out(`${folder}${resource.path}\n`);
  }
  return EXIT.ok;
};
