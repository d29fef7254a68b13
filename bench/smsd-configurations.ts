import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { renderInto, type Scratch } from "../test/helpers/smsd-accepts.ts";

/** A configuration of smsd whose every path lies in a scratch folder. */
export interface Configuration {
  readonly file: string;
  readonly outgoing: string;
  readonly sent: string;
  readonly incoming: string;
  /** Folder for smsd's temporary files. */
  readonly temporary: string;
}

/**
 * What `provision` renders, for a modem named SIM7600 unless `name` says otherwise. Only the modem's port is another: a
 * pseudo-terminal instead of udev's link.
 */
export async function renderedConfiguration(place: Scratch, device: string, name = "SIM7600"): Promise<Configuration> {
  const { folder } = place;
  const smsd = place.smsd();
  renderInto(place, { smsd });
  const file = join(folder, "etc/smsd.conf");
  const text = await readFile(file, "utf8");
  const named = text.replace(/^devices = .*$/m, `devices = ${name}`).replace(/^\[SIM7600\]$/m, `[${name}]`);
  await writeFile(file, named.replace(/^device = .*$/m, `device = ${device}`));
  const temporary = join(folder, "tmp");
  await mkdir(temporary, { recursive: true });
  const { outgoing, sent, incoming } = smsd.spool;
  return { file, outgoing, sent, incoming, temporary };
}

/** Answers to what Debian's package asks when it is installed; an empty one comments its line out (its postinst). */
const ANSWERS = {
  DEVICES: "GSM1",
  DEVICENAME: "GSM1",
  INIT: "",
  INCOMING: "yes",
  PIN: "",
  BAUDRATE: "115200",
} as const;

/** What Debian's package makes of its templates, which lie beside its smsd. */
export async function debianConfiguration(folder: string, device: string, binary: string): Promise<Configuration> {
  const templates = join(dirname(binary), "../share/smstools/conf-templates");
  const texts = await Promise.all(
    ["smsd.conf.template", "smsd.modem.template"].map((name) => readFile(join(templates, name), "utf8")),
  );
  const answers: Readonly<Record<string, string>> = { ...ANSWERS, DEVICE: device };
  const answered = texts
    .join("")
    .replaceAll(/^(init|pin)(?= = @)/gm, "#$1")
    .replaceAll(/@([A-Z]+)@/g, (whole, name: string) => answers[name] ?? whole)
    .replaceAll(/\/var\/(spool\/sms|log\/smstools|run\/smstools)/g, `${folder}/$1`);
  for (const name of ["incoming", "outgoing", "checked", "sent", "failed"]) {
    await mkdir(join(folder, "spool/sms", name), { recursive: true });
  }
  for (const path of ["log/smstools/smsd_stats", "run/smstools", "tmp"]) {
    await mkdir(join(folder, path), { recursive: true });
  }
  const file = join(folder, "smsd.conf");
  await writeFile(file, answered);
  const spool = join(folder, "spool/sms");
  const folders = { outgoing: join(spool, "outgoing"), sent: join(spool, "sent"), incoming: join(spool, "incoming") };
  return { file, ...folders, temporary: join(folder, "tmp") };
}
