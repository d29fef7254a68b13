import type { AgentHost } from "../../../core/agent-ports.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import { SMSD_CONF } from "../../../provision/desired/paths.ts";
import { holdsSecret } from "../../../provision/init/shown-line.ts";
import { parseSmsdConf } from "../../../provision/init/smsd-conf.ts";
import { readSmall } from "../../observe/small-file.ts";
import { secretsOf } from "../gather/secrets.ts";

const MAX_CONF = 1_048_576;

/** Every secret that can be read here, so that it can be masked wherever it stands. One that cannot be read stands nowhere either. */
export async function secretValues(host: AgentHost, wanted: Inventory): Promise<readonly string[]> {
  const values = await Promise.all(
    secretsOf(wanted).map(([, ref]) =>
      host.secrets.read(ref).then(
        (value) => [value],
        () => [],
      ),
    ),
  );
  return [...values.flat(), ...(await inSmsdConf(host))];
}

/** A PIN that stands in an smsd.conf of somebody else's. */
async function inSmsdConf(host: AgentHost): Promise<readonly string[]> {
  const entry = await readSmall(host, SMSD_CONF, MAX_CONF).catch(() => undefined);
  if (entry?.kind !== "file") return [];
  const { globals, sections } = parseSmsdConf(entry.content);
  const lines = [...globals, ...sections.flatMap((section) => section.lines)];
  return lines
    .filter((line) => holdsSecret(line) && line.name === "pin" && line.value !== "ignore")
    .map(({ value }) => value);
}
