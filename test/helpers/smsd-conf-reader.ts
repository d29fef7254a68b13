/** smsd.conf as smsd 3.1.21 reads it (src/cfgfile.c): the oracle for what we write. */
export interface SmsdConf {
  readonly global: readonly (readonly [string, string])[];
  readonly sections: ReadonlyMap<string, readonly (readonly [string, string])[]>;
}

const LINE_BUFFER = 4128;

/** @throws Error for a line that smsd would call a syntax error, or would split because of its length */
export function readSmsdConf(text: string): SmsdConf {
  const global: [string, string][] = [];
  const sections = new Map<string, [string, string][]>();
  let here = global;
  for (const raw of text.replaceAll("\r", "").split("\n")) {
    if (Buffer.byteLength(raw) >= LINE_BUFFER) throw new Error(`smsd would split: ${raw.slice(0, 40)}`);
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("[")) {
      here = [];
      sections.set(line.slice(1, line.indexOf("]")).trim(), here);
      continue;
    }
    const equals = line.indexOf("=");
    if (equals < 0) throw new Error(`smsd would refuse: ${line}`);
    here.push([line.slice(0, equals).trim(), line.slice(equals + 1).trim()]);
  }
  return { global, sections };
}
