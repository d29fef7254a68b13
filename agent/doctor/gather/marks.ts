/** Stands at the head of every file that provision writes (templates/). */
export const OURS = "Written by modemkeeper.";
