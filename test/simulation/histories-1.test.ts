import { testPart } from "./histories.ts";

testPart(0);
