import type { NamedStat, Stats } from "./agent-ports.ts";

/** Regular files of a folder, or those of them that are wanted, which should be few; empty if there is no such folder. */
export async function filesIn(
  stats: Pick<Stats, "eachIn">,
  path: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<readonly NamedStat[]> {
  const files: NamedStat[] = [];
  await stats.eachIn(path, (file) => {
    if (isWanted(file.name)) files.push(file);
  });
  return files;
}
