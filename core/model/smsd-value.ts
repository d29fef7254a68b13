/** A value as smsd.conf can carry it; lists are settings that smsd lets one repeat. */
export type SmsdValue = string | number | boolean | readonly string[];
export type SmsdSettings = Readonly<Record<string, SmsdValue>>;
