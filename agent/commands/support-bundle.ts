import { EXIT } from "../../core/errors.ts";
import { collectBundle, KEPT, MASKED } from "../doctor/bundle/bundle.ts";
import { inert } from "../views/inert.ts";
import type { AgentCommand } from "./context.ts";

export interface SupportBundleOptions {
  /** The archive; by default a dated name in the folder in which one is. */
  readonly to?: string;
  /** Shows what would be in it, and writes nothing. */
  readonly list?: boolean;
}

/** `modemkeeper support-bundle`: all that is needed to find a fault from afar, masked, in one archive (0600). */
export const supportBundleCommand: AgentCommand<SupportBundleOptions> = async (context, { to, list }) => {
  const { host, terminal } = context;
  const { files, missing } = await collectBundle(context);
  const width = Math.max(...[...files, ...missing].map(({ name }) => name.length));
  const lines = [
    ...files.map(({ name, content }) => `${name.padEnd(width)}  ${Math.ceil(Buffer.byteLength(content) / 1024)} KiB`),
    ...missing.map(({ name, why }) => `${name.padEnd(width)}  missing: ${inert(why)}`),
    MASKED,
    KEPT,
  ];
  terminal.out(`${lines.join("\n")}\n`);
  if (list) return EXIT.ok;
  const stamp = host.clock.now().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const name = `modemkeeper-support-${host.delivery.hostName.replace(/[^A-Za-z0-9.-]/g, "_")}-${stamp}`;
  const archive = to ?? `${name}.tar.gz`;
  await host.inspection.pack(archive, name, files);
  terminal.out(`Written to ${inert(archive)}, readable by its owner alone. Look through it before you pass it on.\n`);
  return EXIT.ok;
};
