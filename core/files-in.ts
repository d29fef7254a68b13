import type { NamedStat, Stats } from "./agent-ports.ts";

/** Regular files of a folder that has few of them; empty if there is no such folder. */
export async function filesIn(stats: Pick<Stats, "eachIn">, path: string): Promise<readonly NamedStat[]> {
  const files: NamedStat[] = [];
  await stats.eachIn(path, (file) => files.push(file));
  return files;
}
