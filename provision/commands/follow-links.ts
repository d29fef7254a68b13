import type { FileEntry, Files } from "../../core/ports.ts";

/** How many links in a row are followed; udev's own names need one. */
const MAX_LINKS = 8;

/** What is at `path`, links followed; undefined if nothing is, or only a circle of links. */
export async function readFollowing(files: Files, path: string): Promise<FileEntry | undefined> {
  const end = await followLinks(files, path);
  return end === undefined ? undefined : files.read(end);
}

/** Where the links at `path` end. */
export async function followLinks(files: Files, path: string): Promise<string | undefined> {
  let place = path;
  for (let count = 0; count < MAX_LINKS; count += 1) {
    const entry = await files.read(place);
    if (entry === undefined) return undefined;
    if (entry.kind !== "link") return place;
    const folder = place.slice(0, place.lastIndexOf("/"));
    place = normalised(entry.target.startsWith("/") ? entry.target : `${folder}/${entry.target}`);
  }
  return undefined;
}

/** Without `.` and `..`; links under /dev/serial are relative. */
function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
